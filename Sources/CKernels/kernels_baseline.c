// What every processor of the family has: NEON on ARM (thirty-two registers of four floats), SSE2 on x86 (sixteen).
#if defined(__aarch64__)
#define FUSED
#define VECTORS 4
#define TILE 6
#define STRIP 14
#else
#define VECTORS 2
#define TILE 4
#define STRIP 7
#endif
#define LANES 4
#define WINOGRAD_TILES 18
#include "vectors.h"
#include "product.h"
#include "winograd.h"
#include "channelwise.h"
#include "set.h"
const KernelSet kernels_baseline = SET_OF("baseline");
