// AVX-512 with its BF16 extension: a product of two pairs of bf16 in one instruction.
#if defined(__x86_64__)
#include "include/CKernels.h"
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx512bf16"))), apply_to = function)
typedef __bf16 BF16s __attribute__((vector_size(64)));
typedef float PairsOfBF16 __attribute__((vector_size(64)));
#define BF16
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
const KernelSet kernels_avx512_bf16 = SET_OF("avx512");
#endif
