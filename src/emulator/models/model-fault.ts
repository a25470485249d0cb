// A refusal that an API family of the models states in its own error shape.

export interface ErrorText {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

/** A refusal in the dialect's own error shape. */
export class ModelFault extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}
