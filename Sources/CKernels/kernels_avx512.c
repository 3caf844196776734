// AVX-512: thirty-two registers of sixteen floats, twenty-eight of them sums.
#if defined(__x86_64__)
#include "include/CKernels.h"
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw"))), apply_to = function)
#define FUSED
#define LANES 16
#define VECTORS 2
#define TILE 14
#define STRIP 14
#define WINOGRAD_TILES 14
#include "vectors.h"
#include "product.h"
#include "winograd.h"
#include "channelwise.h"
#include "set.h"
#pragma clang attribute pop
const KernelSet kernels_avx512 = SET_OF("avx512");
#endif
