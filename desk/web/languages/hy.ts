import time from "../../../conversation/texts/hy/time.json";
import desk from "../generated/hy.json";

export default { desk, time };
