import time from "../../../conversation/texts/ru/time.json";
import desk from "../generated/ru.json";

export default { desk, time };
