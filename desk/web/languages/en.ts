import time from "../../../conversation/texts/en/time.json";
import desk from "../generated/en.json";

export default { desk, time };
