import time from "../../../conversation/texts/ka/time.json";
import desk from "../generated/ka.json";

export default { desk, time };
