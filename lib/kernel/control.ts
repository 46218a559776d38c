import { kernelInfo } from "./info";
import type { Content, Message } from "./messages";

/** The answer to a control request, and what else has to happen. */
export interface ControlAnswer {
  type: string;
  content: Content;
  action?: "interrupt" | "shutdown";
}

/** Answers what comes on the control channel; undefined for a request that no Jupyter kernel knows. */
export function answerControl({ header, content }: Message): ControlAnswer | undefined {
  switch (header.msg_type) {
    case "kernel_info_request":
      return { type: "kernel_info_reply", content: kernelInfo() };
    case "interrupt_request":
      return { type: "interrupt_reply", content: { status: "ok" }, action: "interrupt" };
    case "shutdown_request":
      return { type: "shutdown_reply", content: { status: "ok", restart: !!content.restart }, action: "shutdown" };
    case "debug_request":
      return {
        type: "debug_reply",
        content: {
          type: "response",
          request_seq: content.seq ?? 0,
          success: false,
          command: content.command ?? "",
          message: "This kernel has no debugger.",
        },
      };
  }
  return undefined;
}
