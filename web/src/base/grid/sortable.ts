// SlickGrid drags columns with SortableJS, which it expects as a global of that name.
import Sortable from "sortablejs";

Object.assign(globalThis, { Sortable });
