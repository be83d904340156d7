// What the connection's tests use of Node, so that they are type-checked without its whole declarations.

declare module "node:http" {
  export interface Request {
    method: string;
    url: string;
  }
  export interface Response {
    end(text?: string): void;
    writeHead(status: number): Response;
  }
  export interface Server {
    address(): { port: number };
    close(done?: () => void): void;
    closeAllConnections(): void;
    listen(port: number, host: string, done: () => void): void;
    on(event: "upgrade", handler: (request: Request, socket: { destroy(): void }) => void): void;
  }
  export function createServer(handler?: (request: Request, response: Response) => void): Server;
}

declare module "ws" {
  const WebSocket: typeof globalThis.WebSocket;
  export default WebSocket;
}
