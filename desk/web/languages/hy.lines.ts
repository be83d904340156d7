import activity from "../../../conversation/texts/hy/activity.json";
import assignment from "../../../conversation/texts/hy/assignment.json";

export default { activity, assignment };
