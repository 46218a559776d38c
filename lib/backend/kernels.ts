import { tf } from "./tensorflow";

/**
 * Adds what a backend lacks for the models of this library, so that they train everywhere.
 *
 * - WebAssembly has no `UnsortedSegmentSum`, the gradient of an embedding's look-up, and no `Conv2DBackpropFilter`,
 *   the gradient of a convolution for its filters.
 * - Plain JavaScript compares every row with every segment: `[rows × segments]` steps where `[rows]` do.
 */
export function completeKernels(backendName: "wasm" | "cpu"): void {
  register("UnsortedSegmentSum", backendName, unsortedSegmentSum);
  if (backendName === "wasm") register("Conv2DBackpropFilter", backendName, filterGradient);
}

function register(kernelName: string, backendName: string, kernelFunc: tf.KernelFunc): void {
  if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({ kernelName, backendName, kernelFunc });
}

/**
 * `out[s] = Σ x[i] over the rows i whose segment is s`, in one pass; a row whose segment is outside
 * [0, numSegments) counts nowhere, as in TensorFlow.
 */
const unsortedSegmentSum: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const { x, segmentIds } = inputs as { x: tf.TensorInfo; segmentIds: tf.TensorInfo };
  const { numSegments } = attrs as unknown as { numSegments: number };
  const memory = backend as tf.KernelBackend;
  const values = memory.readSync(x.dataId) as Float32Array | Int32Array;
  const segments = memory.readSync(segmentIds.dataId) as Int32Array;
  const rowShape = x.shape.slice(segmentIds.shape.length);
  const width = tf.util.sizeFromShape(rowShape);
  const out = x.dtype === "int32" ? new Int32Array(numSegments * width) : new Float32Array(numSegments * width);
  for (let row = 0; row < segments.length; row++) {
    const segment = segments[row];
    if (segment < 0 || segment >= numSegments) continue;
    for (let column = 0; column < width; column++) out[segment * width + column] += values[row * width + column];
  }
  const shape = [numSegments, ...rowShape];
  return { dataId: memory.write(out, shape, x.dtype), shape, dtype: x.dtype };
};

/**
 * The gradient of a convolution for its filters, `dw[a, b] = Σ x[·s + (a, b)]ᵀ · dy`: one matrix product of the
 * shifted input with `dy` for each position of the filter.
 */
const filterGradient: tf.KernelFunc = ({ inputs, attrs }) => {
  // The engine hands tensors to kernels, though the type promises less.
  const { x, dy } = inputs as unknown as { x: tf.Tensor4D; dy: tf.Tensor4D };
  const { strides, pad, dataFormat, dimRoundingMode, filterShape } = attrs as unknown as FilterAttributes;
  const info = tf.backend_util.computeConv2DInfo(
    x.shape,
    filterShape,
    strides,
    1,
    pad,
    dimRoundingMode,
    false,
    tf.backend_util.convertConv2DDataFormat(dataFormat),
  );
  const { padInfo, outHeight, outWidth, inChannels, outChannels, strideHeight, strideWidth, batchSize } = info;
  return tf.tidy(() => {
    const last = info.dataFormat === "channelsLast";
    const image = last ? x : tf.transpose(x, [0, 2, 3, 1]);
    const upstream = last ? dy : tf.transpose(dy, [0, 2, 3, 1]);
    const padded = tf.pad(image, [
      [0, 0],
      [padInfo.top, padInfo.bottom],
      [padInfo.left, padInfo.right],
      [0, 0],
    ]);
    const flat = tf.reshape(upstream, [-1, outChannels]);
    const parts: tf.Tensor[] = [];
    for (let row = 0; row < info.filterHeight; row++)
      for (let column = 0; column < info.filterWidth; column++) {
        const end = [batchSize, row + (outHeight - 1) * strideHeight + 1, column + (outWidth - 1) * strideWidth + 1];
        const seen = tf.stridedSlice(
          padded,
          [0, row, column, 0],
          [...end, inChannels],
          [1, strideHeight, strideWidth, 1],
        );
        parts.push(tf.matMul(tf.reshape(seen, [-1, inChannels]), flat, true, false));
      }
    return tf.reshape(tf.stack(parts), filterShape);
  });
};

type Shape4D = [number, number, number, number];
type Conv2DParameters = Parameters<typeof tf.backend_util.computeConv2DInfo>;

interface FilterAttributes {
  filterShape: Shape4D;
  strides: Conv2DParameters[2];
  pad: Conv2DParameters[4];
  dimRoundingMode: Conv2DParameters[5];
  dataFormat: Parameters<typeof tf.backend_util.convertConv2DDataFormat>[0];
}
