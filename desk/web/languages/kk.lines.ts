import activity from "../../../conversation/texts/kk/activity.json";
import assignment from "../../../conversation/texts/kk/assignment.json";

export default { activity, assignment };
