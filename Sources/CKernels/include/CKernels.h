// The network's inner loops, written once over vectors of a processor's own width and compiled for each kind of processor.
//
// Everything works on rows × columns × channels with the channels side by side (NHWC), in 32-bit floats. Nothing here allocates,
// locks or keeps state. Callers (Sources/Inference/Engine and Layers) have checked shapes.
#ifndef CKERNELS_H
#define CKERNELS_H

// Pixels in memory: pixel `i` begins at base + (i / columns) * row_stride + (i % columns) * pixel_stride. Strides in floats.
typedef struct {
    float *base;
    long columns;
    long pixel_stride;
    long row_stride;
} KernelView;

// What follows a product: bias, then `skip` (added pixel by pixel; base NULL: none), then both bounds. NaN stays NaN.
typedef struct {
    // One value per output channel, padded with zeros to a whole panel; NULL: zeros.
    const float *bias;
    KernelView skip;
    float lower;
    float upper;
} KernelEpilogue;

// A 1×1 convolution: output[p] = epilogue(weights · f(input[p])), f = max(0, x · scale + shift) where `scale` is given.
typedef struct {
    const float *input;
    long input_stride;
    long inner;
    // NULL: the input goes into the product as it is.
    const float *scale;
    const float *shift;
    // As `pack_weights` lays them out, with taps = 1; for `pointwise_bf16` as `pack_weight_pairs` does.
    const float *weights;
    long outer;
    KernelView output;
    KernelEpilogue epilogue;
    // Floats that hold nothing between calls: `pointwise_scratch` of them where `scale` is given, and for `pointwise_bf16`.
    float *scratch;
} KernelPointwise;

// A convolution of any kernel and stride, straight from the padded input: taps are runs of `run` floats, one for each kernel row.
typedef struct {
    // The top left tap of output pixel 0.
    const float *input;
    // Floats between the taps of neighbouring output pixels, and of output rows.
    long pixel_step;
    long row_step;
    // Floats between kernel rows, and floats in each (kernel × channels).
    long tap_stride;
    long taps;
    long run;
    const float *weights;
    long outer;
    KernelView output;
    KernelEpilogue epilogue;
} KernelConvolution;

// A 3×3 convolution with stride 1 by Winograd's F(4 × 4, 3 × 3) (Lavin and Gray 2015). The output's rows and columns need not be
// multiples of 4: what lies beyond is computed from zeros and dropped. Tiles are numbered row by row.
typedef struct {
    // The padded input's first pixel (one row and column of zeros before the image).
    const float *input;
    long input_pixel_stride;
    long input_row_stride;
    // A multiple of `lanes`.
    long channels;
    // Of `winograd_weights`.
    const float *weights;
    long outer;
    long rows;
    long columns;
    KernelView output;
    KernelEpilogue epilogue;
    // At least `winograd_scratch` floats.
    float *scratch;
} KernelWinograd;

// One filter per channel.
typedef struct {
    const float *input;
    long pixel_step;
    long row_step;
    // Floats between neighbouring input pixels, and rows.
    long input_pixel_stride;
    long input_row_stride;
    long kernel;
    long channels;
    // [kernel][kernel][channels]
    const float *weights;
    KernelView output;
    // With a bias.
    KernelEpilogue epilogue;
} KernelDepthwise;

// max(0, x · scale + shift), then the mean of each 2×2 square (`mean` 1) or x itself (`mean` 0).
typedef struct {
    KernelView input;
    KernelView output;
    long channels;
    const float *scale;
    const float *shift;
} KernelRectify;

// Bias, skip and bounds on products that were made elsewhere: pixel p of `output` comes from source[(p - first) * stride].
typedef struct {
    const float *source;
    long stride;
    long channels;
    KernelView output;
    KernelEpilogue epilogue;
} KernelFinish;

// The largest of each kernel × kernel window; pixels outside the image don't count.
typedef struct {
    KernelView input;
    long input_rows;
    long kernel;
    long stride;
    long padding_top;
    long padding_left;
    KernelView output;
    long channels;
} KernelMaximum;

enum {
    // Pixels that a product works on at a time, so that they stay in a core's second-level cache.
    KERNEL_BLOCK = 96,
    // Floats between scratch rows beyond their length: rows a power of two apart would fall into the same cache sets.
    KERNEL_ROW_GAP = 16,
    // Products that take the place of a convolution.
    WINOGRAD_POINTS = 36,
};

// The kernels of one kind of processor. Ranges: output pixels, output rows or Winograd tiles, `first` up to but without `end`.
typedef struct {
    const char *name;
    // Floats in a vector; output channels in a panel of packed weights.
    long lanes;
    long panel;
    // Winograd tiles that are in hand at a time.
    long winograd_tiles;
    void (*pointwise)(const KernelPointwise *, long first, long end);
    // The same with input and weights rounded to bf16 (8 bits of precision), summed in 32 bits.
    void (*pointwise_bf16)(const KernelPointwise *, long first, long end);
    // Whether the processor has an instruction for it; elsewhere it is made up of others, and slower than `pointwise`.
    int has_bf16;
    void (*convolution)(const KernelConvolution *, long first_row, long end_row);
    void (*winograd)(const KernelWinograd *, long first_tile, long end_tile);
    // Its two halves, for a product that is done elsewhere: point p (of 36), channel c of one tile is at [p * point_stride + c].
    void (*winograd_gather)(const KernelWinograd *, long tile, long channel, long channels, float *to, long point_stride);
    void (*winograd_scatter)(const KernelWinograd *, long tile, const float *sums, long point_stride);
    void (*depthwise)(const KernelDepthwise *, long first_row, long end_row);
    void (*finish)(const KernelFinish *, long first_pixel, long end_pixel);
    void (*rectify)(const KernelRectify *, long first_pixel, long end_pixel);
    void (*rectified_mean)(const KernelRectify *, long first_row, long end_row);
    void (*maximum)(const KernelMaximum *, long first_row, long end_row);
    // Multiplies and adds in registers, nothing else: what the processor can do at most. 2 · sums_at_a_time operations a round.
    float (*multiply_and_add)(long rounds);
    long sums_at_a_time;
} KernelSet;

// The sets that this processor can run, best first; the last is always "baseline". NULL beyond the last.
const KernelSet *kernel_set(int index);

// Weights as the kernels read them: `panel` output channels side by side, zeros beyond `outer`. `panel` is a set's, or `outer`
// for plain matrices.
long packed_count(long panel, long rows, long outer);
// From [rows][outer] to [outer / panel][rows][panel].
void pack_weights(long panel, const float *weights, long rows, long outer, float *packed);
// From [rows][outer] to [outer / panel][rows / 2][panel] pairs of bf16, a zero beside an odd row; as many floats as there are pairs.
long packed_pairs_count(long panel, long rows, long outer);
void pack_weight_pairs(long panel, const float *weights, long rows, long outer, float *packed);
long pointwise_scratch(long inner);
long winograd_count(long panel, long inner, long outer);
// G g Gᵀ of each 3×3 filter, computed in double precision: from [3][3][inner][outer] to 36 packed matrices of `inner` rows.
void winograd_weights(long panel, const float *weights, long inner, long outer, float *transformed);
long winograd_scratch(const KernelSet *set, long inner, long outer);

// Tells the processor that the caller is waiting for another thread.
static inline void spin_hint(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

#endif
