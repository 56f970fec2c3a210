// Undo and redo of what this person did on this page. A step does itself again and takes itself back; steps run one after
// another, so that a quick Ctrl+Z never overtakes the change that it undoes.

export type Step = { table: string; redo: () => Promise<void>; undo: () => Promise<void> };
export type Run = (step: Step) => Promise<void>;

const longest = 200;

export class History {
	#done = $state.raw<Step[]>([]);
	#undone = $state.raw<Step[]>([]);
	#queue: Promise<unknown> = Promise.resolve();
	#running = $state(0);

	get canUndo(): boolean {
		return this.#done.length > 0;
	}

	get canRedo(): boolean {
		return this.#undone.length > 0;
	}

	/** Something is being written. */
	get busy(): boolean {
		return this.#running > 0;
	}

	run: Run = (step) =>
		this.#next(async () => {
			await step.redo();
			this.#add(step);
		});

	/** What `work` does through the `run` it is given is one step for undo. Nothing else runs before it is whole. */
	together(work: (run: Run) => Promise<void>): Promise<void> {
		const steps: Step[] = [];
		const all = async (list: Step[], side: "redo" | "undo") => {
			for (const step of list) await step[side]();
		};
		return this.#next(async () => {
			try {
				await work(async (step) => {
					await step.redo();
					steps.push(step);
				});
			} finally {
				const undo = () => all(steps.toReversed(), "undo");
				if (steps.length > 0) this.#add({ table: steps[0]!.table, redo: () => all(steps, "redo"), undo });
			}
		});
	}

	#add(step: Step): void {
		this.#done = [...this.#done.slice(1 - longest), step];
		this.#undone = [];
	}

	/** The step taken back, whose table the page then shows. */
	undo(): Promise<Step | undefined> {
		return this.#next(async () => {
			const step = this.#done.at(-1);
			if (!step) return undefined;
			this.#done = this.#done.slice(0, -1);
			await step.undo();
			this.#undone = [...this.#undone, step];
			return step;
		});
	}

	redo(): Promise<Step | undefined> {
		return this.#next(async () => {
			const step = this.#undone.at(-1);
			if (!step) return undefined;
			this.#undone = this.#undone.slice(0, -1);
			await step.redo();
			this.#done = [...this.#done, step];
			return step;
		});
	}

	#next<T>(work: () => Promise<T>): Promise<T> {
		this.#running++;
		const result = this.#queue.then(work).finally(() => this.#running--);
		this.#queue = result.catch(() => {});
		return result;
	}
}
