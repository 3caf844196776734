// AVX2 with FMA: sixteen registers of eight floats, twelve of them sums.
#if defined(__x86_64__)
#include "include/CKernels.h"
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define FUSED
#define LANES 8
#define VECTORS 2
#define TILE 6
#define STRIP 7
#define WINOGRAD_TILES 18
#include "vectors.h"
#include "product.h"
#include "winograd.h"
#include "channelwise.h"
#include "set.h"
#pragma clang attribute pop
const KernelSet kernels_avx2 = SET_OF("avx2");
#endif
