declare module "sortablejs" {
	const Sortable: unknown;
	export default Sortable;
}
