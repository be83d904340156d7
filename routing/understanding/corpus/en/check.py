import glob,os,re,collections
need=dict(out_of_scope_near=240,out_of_scope_far=220)
seen=collections.defaultdict(list)
norm=lambda s:re.sub(r"[^\w+%]+"," ",s.lower()).strip()
for f in sorted(glob.glob('/tmp/c5/en/*.txt')):
    n=os.path.basename(f)[:-4]; c=0; L=open(f,encoding='utf-8').read().split('\n')
    heads=[x for x in L if x.startswith('[')]
    w3=collections.Counter(); 
    for i,l in enumerate(L,1):
        if not l or l[0] in '#[': continue
        if l!=l.strip() or '  ' in l: print('SPACE',n,i,repr(l))
        if re.search(r"[^\x20-\x7e]",l) or re.search(r'["\t]',l): print('CHAR',n,i,l)
        if not norm(l): print('EMPTY',n,i,l)
        c+=1; seen[norm(l)].append((n,i)); t=norm(l).split()
        w3[' '.join(t[:3])]+= len(t)>3
    print(n,c,heads,len(L),'LOW' if c<need.get(n,62) else '',[k for k in w3.items() if k[1]>3])
for k,v in seen.items():
    if len(v)>1: print('DUP',k,v)
