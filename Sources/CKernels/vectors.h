// What the kernels need of a processor, named once. Each kernels_*.c defines LANES (floats in a vector), VECTORS (vectors in a
// panel), TILE (pixels in a tile), STRIP (pixels of a depthwise strip), WINOGRAD_TILES (in hand at a time), where there are instructions for
// them FUSED (multiply and add in one) and BF16 (products of pairs of bf16), and then includes the kernels: TILE × VECTORS sums, VECTORS
// weights and one pixel stay in registers.
#include "include/CKernels.h"

#define PANEL (LANES * VECTORS)
// Floats in a cache line.
#define LINE 16
#define INLINE static inline __attribute__((always_inline))

typedef float Vector __attribute__((ext_vector_type(LANES)));
typedef unsigned Bits __attribute__((ext_vector_type(LANES)));
typedef unsigned short Halves __attribute__((ext_vector_type(LANES)));
// Scratch memory is of floats; where it holds bf16, it is written as what it is not read as.
typedef unsigned short Half __attribute__((may_alias));
typedef Halves HalvesInMemory __attribute__((aligned(2), may_alias));
// As it lies in memory: at any float.
typedef Vector VectorInMemory __attribute__((aligned(4)));

// For inline assembly: an operand in a vector register.
#if defined(__aarch64__)
#define VECTOR_REGISTER(value) "w"(value)
#else
#define VECTOR_REGISTER(value) "x"(value)
#endif

INLINE Vector load(const float *from) { return *(const VectorInMemory *)from; }
INLINE void store(float *to, Vector value) { *(VectorInMemory *)to = value; }
INLINE Vector all(float value) { return (Vector)(value); }
INLINE Vector multiply_add(Vector a, Vector b, Vector c) {
#ifdef FUSED
    return __builtin_elementwise_fma(a, b, c);
#else
    return a * b + c;
#endif
}
// Comparisons, not maximum and minimum: NaN stays NaN, and each is one instruction.
INLINE Vector at_least(Vector value, Vector lower) { return lower > value ? lower : value; }
INLINE Vector at_most(Vector value, Vector upper) { return upper < value ? upper : value; }

// Two bf16 numbers (the upper halves of floats) in each 32 bits of `a` and of `b`: sum + a₀ · b₀ + a₁ · b₁.
INLINE Vector add_pairs(Vector a, Vector b, Vector sum) {
#ifdef BF16
    return (Vector)__builtin_ia32_dpbf16ps_512((PairsOfBF16)sum, (BF16s)a, (BF16s)b);
#else
    const Bits x = __builtin_bit_cast(Bits, a), y = __builtin_bit_cast(Bits, b);
    sum = multiply_add(__builtin_bit_cast(Vector, x << 16), __builtin_bit_cast(Vector, y << 16), sum);
    return multiply_add(__builtin_bit_cast(Vector, x & 0xffff0000), __builtin_bit_cast(Vector, y & 0xffff0000), sum);
#endif
}

// To the nearest bf16, ties to the even one; NaN stays NaN.
INLINE Halves rounded_halves(Vector value) {
    const Bits bits = __builtin_bit_cast(Bits, value);
    const Bits rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    const Bits isNumber = __builtin_bit_cast(Bits, value == value);
    return __builtin_convertvector((rounded & isNumber) | (0x7fc0 & ~isNumber), Halves);
}
INLINE void store_halves(Half *to, Halves value) { *(HalvesInMemory *)to = value; }

INLINE float *pixel_of(const KernelView *view, long pixel) {
    return view->base + (pixel / view->columns) * view->row_stride + (pixel % view->columns) * view->pixel_stride;
}

// The first `count` (fewer than LANES) values.
INLINE Vector load_some(const float *from, long count) {
    float values[LANES] = {0};
    for (long index = 0; index < count; index++) values[index] = from[index];
    return load(values);
}
INLINE void store_some(float *to, Vector value, long count) {
    float values[LANES];
    store(values, value);
    for (long index = 0; index < count; index++) to[index] = values[index];
}
