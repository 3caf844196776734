// Which sets the processor at hand can run, and weights in the layout that a set wants.
#include "include/CKernels.h"
#include <string.h>

#if defined(__x86_64__)
extern const KernelSet kernels_avx2, kernels_avx512, kernels_avx512_bf16;
#endif
extern const KernelSet kernels_baseline;

const KernelSet *kernel_set(int index) {
#if defined(__x86_64__)
    const int avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
                       __builtin_cpu_supports("avx512bw");
    // Before avx512: the same kernels, but for bf16.
    if (avx512 && __builtin_cpu_supports("avx512bf16") && index-- == 0) return &kernels_avx512_bf16;
    if (avx512 && index-- == 0) return &kernels_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && index-- == 0) return &kernels_avx2;
#endif
    return index == 0 ? &kernels_baseline : 0;
}

static long panelled(long outer, long panel) { return (outer + panel - 1) / panel * panel; }

long packed_count(long panel, long rows, long outer) { return rows * panelled(outer, panel); }

void pack_weights(long panel, const float *weights, long rows, long outer, float *packed) {
    memset(packed, 0, sizeof(float) * packed_count(panel, rows, outer));
    for (long row = 0; row < rows; row++)
        for (long column = 0; column < outer; column++)
            packed[(column / panel * rows + row) * panel + column % panel] = weights[row * outer + column];
}

long packed_pairs_count(long panel, long rows, long outer) { return packed_count(panel, (rows + 1) / 2, outer); }

// To the nearest, ties to the even one; weights are finite.
static unsigned bf16(float value) {
    unsigned bits;
    memcpy(&bits, &value, sizeof bits);
    return (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
}

// In memory that is read as floats.
typedef unsigned Pair __attribute__((may_alias));

void pack_weight_pairs(long panel, const float *weights, long rows, long outer, float *packed) {
    memset(packed, 0, sizeof(float) * packed_pairs_count(panel, rows, outer));
    const long pairs = (rows + 1) / 2;
    for (long row = 0; row < rows; row++)
        for (long column = 0; column < outer; column++) {
            Pair *pair = (Pair *)packed + (column / panel * pairs + row / 2) * panel + column % panel;
            *pair |= bf16(weights[row * outer + column]) << (row % 2 * 16);
        }
}

long pointwise_scratch(long inner) { return KERNEL_BLOCK * (inner + KERNEL_ROW_GAP); }

long winograd_count(long panel, long inner, long outer) { return WINOGRAD_POINTS * inner * panelled(outer, panel); }

// Lavin and Gray 2015, section 4.3: G of F(4, 3).
static const double g[6][3] = {{1 / 4., 0, 0},           {-1 / 6., -1 / 6., -1 / 6.},  {-1 / 6., 1 / 6., -1 / 6.},
                               {1 / 24., 1 / 12., 1 / 6.}, {1 / 24., -1 / 12., 1 / 6.}, {0, 0, 1}};

void winograd_weights(long panel, const float *weights, long inner, long outer, float *transformed) {
    memset(transformed, 0, sizeof(float) * winograd_count(panel, inner, outer));
    for (long point = 0; point < WINOGRAD_POINTS; point++) {
        float *to = transformed + point * inner * panelled(outer, panel);
        for (long i = 0; i < inner; i++)
            for (long o = 0; o < outer; o++) {
                double sum = 0;
                for (long y = 0; y < 3; y++)
                    for (long x = 0; x < 3; x++) sum += g[point / 6][y] * g[point % 6][x] * weights[((y * 3 + x) * inner + i) * outer + o];
                to[(o / panel * inner + i) * panel + o % panel] = (float)sum;
            }
    }
}

long winograd_scratch(const KernelSet *set, long inner, long outer) {
    return WINOGRAD_POINTS * set->winograd_tiles * (inner + KERNEL_ROW_GAP + panelled(outer, set->panel));
}
