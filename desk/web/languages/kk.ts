import time from "../../../conversation/texts/kk/time.json";
import desk from "../generated/kk.json";

export default { desk, time };
