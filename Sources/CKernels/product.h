// The product that everything rests on: a tile of pixels × a panel of output channels, summed in registers.

typedef struct {
    // Pixel p, tap t, channel k: a[p * stride + t * tap_stride + k].
    const float *a;
    long stride;
    long tap_stride;
    long taps;
    long inner;
    // [tap][inner][PANEL]
    const float *weights;
    // Each 32 bits of `a` and `weights` are two channels in bf16, and `inner` counts pairs.
    int is_paired;
    // Where each pixel's results are, and which channel of them is the panel's first.
    float **to;
    long channel;
    // How many of the panel's channels there are.
    long channels;
    // Sums that earlier calls left at `to` are gone on with; else they start from `bias` (NULL: 0).
    int goes_on;
    const float *bias;
    // The last call of a sum: adds `skip` (NULL: none) and applies the bounds.
    int is_last;
    float **skip;
    float lower;
    float upper;
} Tile;

// Products of a channel in a pass of the innermost loop.
#define UNROLLED 4

// One channel (or pair of them) of every pixel, times its row of weights.
INLINE void add_products(
    const int pixels, const int vectors, const int is_paired, const float *const *a, long stride, int channel, const float *weights, Vector sum[TILE][VECTORS]) {
    Vector weight[VECTORS];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) weight[v] = load(weights + v * LANES);
#pragma clang loop unroll(full)
    for (int p = 0; p < pixels; p++) {
        const Vector value = all(a[p / 3][(p % 3) * stride + channel]);
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++)
            sum[p][v] = is_paired ? add_pairs(value, weight[v], sum[p][v]) : multiply_add(value, weight[v], sum[p][v]);
    }
}

// `is_full`: every channel of the vectors is there.
INLINE void tile_of(const int pixels, const int vectors, const int is_full, const int is_paired, const Tile *tile) {
    Vector sum[TILE][VECTORS];
    const long whole = tile->channels / LANES;
    const long rest = tile->channels % LANES;
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
        Vector start = tile->bias ? load(tile->bias + v * LANES) : all(0);
#pragma clang loop unroll(full)
        for (int p = 0; p < pixels; p++) sum[p][v] = start;
    }
    if (tile->goes_on) {
#pragma clang loop unroll(full)
        for (int p = 0; p < pixels; p++)
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++)
                sum[p][v] =
                    is_full || v < whole ? load(tile->to[p] + tile->channel + v * LANES) : load_some(tile->to[p] + tile->channel + v * LANES, v == whole ? rest : 0);
    }
    const float *weights = tile->weights;
    const long stride = tile->stride;
    for (long tap = 0; tap < tile->taps; tap++) {
        // Three pixels at a pointer: base, base + stride and base + 2 · stride are addresses that an instruction can have.
        const float *a[(TILE + 2) / 3];
#pragma clang loop unroll(full)
        for (int p = 0; p < pixels; p += 3) a[p / 3] = tile->a + tap * tile->tap_stride + p * stride;
        long k = tile->inner;
#pragma clang loop unroll(disable)
        for (; k >= UNROLLED; k -= UNROLLED) {
#pragma clang loop unroll(full)
            for (int step = 0; step < UNROLLED; step++) add_products(pixels, vectors, is_paired, a, stride, step, weights + step * PANEL, sum);
            weights += UNROLLED * PANEL;
#pragma clang loop unroll(full)
            for (int p = 0; p < pixels; p += 3) {
                a[p / 3] += UNROLLED;
                // Keeps each pointer in its register: computed from one another they cost an instruction a product.
                __asm__("" : "+r"(a[p / 3]));
            }
        }
#pragma clang loop unroll(disable)
        for (; k > 0; k--) {
            add_products(pixels, vectors, is_paired, a, stride, 0, weights, sum);
            weights += PANEL;
#pragma clang loop unroll(full)
            for (int p = 0; p < pixels; p += 3) a[p / 3]++;
        }
    }
    const Vector lower = all(tile->lower), upper = all(tile->upper);
#pragma clang loop unroll(full)
    for (int p = 0; p < pixels; p++) {
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) {
            const long count = is_full || v < whole ? LANES : v == whole ? rest : 0;
            Vector value = sum[p][v];
            if (tile->is_last) {
                if (tile->skip) {
                    const float *skip = tile->skip[p] + tile->channel + v * LANES;
                    value += count == LANES ? load(skip) : load_some(skip, count);
                }
                value = at_most(at_least(value, lower), upper);
            }
            if (count == LANES)
                store(tile->to[p] + tile->channel + v * LANES, value);
            else
                store_some(tile->to[p] + tile->channel + v * LANES, value, count);
        }
    }
}

static float multiply_and_add(long rounds) {
    Vector sum[TILE][VECTORS];
    Vector value = all(0.999f), weight = all(0.001f);
#pragma clang loop unroll(full)
    for (int p = 0; p < TILE; p++)
#pragma clang loop unroll(full)
        for (int v = 0; v < VECTORS; v++) sum[p][v] = all((float)(p + v));
#pragma clang loop unroll(disable)
    for (long round = 0; round < rounds; round++) {
        // Unknown anew in each round: nothing can be taken out of the loop.
        __asm__ volatile("" : "+" VECTOR_REGISTER(value), "+" VECTOR_REGISTER(weight));
#pragma clang loop unroll(full)
        for (int p = 0; p < TILE; p++)
#pragma clang loop unroll(full)
            for (int v = 0; v < VECTORS; v++) sum[p][v] = multiply_add(sum[p][v], value, weight);
    }
    Vector total = all(0);
    for (int p = 0; p < TILE; p++)
        for (int v = 0; v < VECTORS; v++) total += sum[p][v];
    return total[0];
}

// One function for each number of pixels: the loops above unroll into registers.
#define TILE_CASE(count)                                                                                                               \
    case count:                                                                                                                        \
        if (tile->channels == PANEL) tile_of(count, VECTORS, 1, is_paired, tile);                                                      \
        else if (tile->channels == LANES) tile_of(count, 1, 1, is_paired, tile);                                                       \
        else tile_of(count, VECTORS, 0, is_paired, tile);                                                                              \
        break;

INLINE void tile_of_pixels(const int is_paired, long pixels, const Tile *tile) {
    switch (pixels) {
        TILE_CASE(1)
        TILE_CASE(2)
        TILE_CASE(3)
        TILE_CASE(4)
#if TILE > 4
        TILE_CASE(5)
        TILE_CASE(6)
#endif
#if TILE > 6
        TILE_CASE(7)
        TILE_CASE(8)
        TILE_CASE(9)
        TILE_CASE(10)
        TILE_CASE(11)
        TILE_CASE(12)
        TILE_CASE(13)
        TILE_CASE(14)
#endif
    }
}

static __attribute__((noinline)) void run_tile(long pixels, const Tile *tile) { tile_of_pixels(0, pixels, tile); }
static __attribute__((noinline)) void run_paired_tile(long pixels, const Tile *tile) { tile_of_pixels(1, pixels, tile); }

// As many tiles as `pixels` want, of nearly the same size: a last one of a single pixel would cost as much as a whole one.
// `next`: weights that will be wanted after these (NULL: none), as many; they are fetched meanwhile.
INLINE void run_tiles(long pixels, Tile tile, const float *next) {
    const long tiles = (pixels + TILE - 1) / TILE;
    const long least = pixels / tiles, larger = pixels % tiles;
    const long portion = (tile.inner + tiles - 1) / tiles * PANEL;
    for (long t = 0; t < tiles; t++) {
        const long size = least + (t < larger);
        if (next) {
            for (long ahead = 0; ahead < portion; ahead += LINE) __builtin_prefetch(next + ahead, 0, 2);
            next += portion;
        }
        if (tile.is_paired) run_paired_tile(size, &tile);
        else run_tile(size, &tile);
        tile.a += size * tile.stride;
        tile.to += size;
        if (tile.skip) tile.skip += size;
    }
}

// Channels of one sum in a call: with a panel of them, and a tile's share of pixels, the first-level cache is not outgrown.
#define INNER_BLOCK 256

typedef struct {
    const float *a;
    long stride;
    long inner;
    int is_paired;
    const float *weights;
    long outer;
    const KernelView *output;
    const KernelEpilogue *epilogue;
} Product;

// `pixels` (at most KERNEL_BLOCK) rows of `a`; their results are the output's pixels from `first` on.
static void run_product(const Product *product, long first, long pixels) {
    float *to[KERNEL_BLOCK];
    float *skip[KERNEL_BLOCK];
    const KernelEpilogue *epilogue = product->epilogue;
    for (long p = 0; p < pixels; p++) to[p] = pixel_of(product->output, first + p);
    if (epilogue->skip.base)
        for (long p = 0; p < pixels; p++) skip[p] = pixel_of(&epilogue->skip, first + p);
    for (long from = 0; from < product->inner; from += INNER_BLOCK) {
        const long inner = product->inner - from < INNER_BLOCK ? product->inner - from : INNER_BLOCK;
        for (long channel = 0; channel < product->outer; channel += PANEL) {
            const int isLast = channel + PANEL >= product->outer;
            // After the last panel the first one is wanted again: for the next channels, or for the next pixels.
            const long following = isLast ? (from + inner) % product->inner : (channel + PANEL) * product->inner / PANEL + from;
            const float *next = product->weights + following * PANEL;
            run_tiles(
                pixels, (Tile){
                            .a = product->a + from,
                            .stride = product->stride,
                            .taps = 1,
                            .inner = inner,
                            .weights = product->weights + channel * product->inner + from * PANEL,
                            .is_paired = product->is_paired,
                            .to = to,
                            .channel = channel,
                            .channels = product->outer - channel < PANEL ? product->outer - channel : PANEL,
                            .goes_on = from > 0,
                            .bias = epilogue->bias ? epilogue->bias + channel : 0,
                            .is_last = from + inner == product->inner,
                            .skip = epilogue->skip.base ? skip : 0,
                            .lower = epilogue->lower,
                            .upper = epilogue->upper,
                        },
                next);
        }
    }
}

// `next`: a row that will be wanted soon; it is fetched meanwhile.
INLINE void rectify_row(const float *from, float *to, long channels, const float *scale, const float *shift, const float *next) {
    const Vector zero = all(0);
    long c = 0;
    for (; c + 2 * LANES <= channels; c += 2 * LANES) {
        __builtin_prefetch(next + c);
        store(to + c, at_least(multiply_add(load(from + c), load(scale + c), load(shift + c)), zero));
        store(to + c + LANES, at_least(multiply_add(load(from + c + LANES), load(scale + c + LANES), load(shift + c + LANES)), zero));
    }
    for (; c < channels; c++) {
        const float value = from[c] * scale[c] + shift[c];
        to[c] = 0 > value ? 0 : value;
    }
}

// What a block may take of a second-level cache of half a megabyte; the rest is for weights and results.
#define BLOCK_FLOATS (56 << 10)
// How far ahead rows are fetched.
#define ROWS_AHEAD 4

// As `rectify_row`, then rounded to bf16; `scale` NULL: only rounded. What stands beside an odd channel is 0.
INLINE void round_row(const float *from, Half *to, long channels, const float *scale, const float *shift, const float *next) {
    const Vector zero = all(0);
    long c = 0;
    for (; c + LANES <= channels; c += LANES) {
        __builtin_prefetch(next + c);
        Vector value = load(from + c);
        if (scale) value = at_least(multiply_add(value, load(scale + c), load(shift + c)), zero);
        store_halves(to + c, rounded_halves(value));
    }
    if (c == channels) return;
    float rest[LANES] = {0};
    for (long left = c; left < channels; left++) {
        const float value = scale ? from[left] * scale[left] + shift[left] : from[left];
        rest[left - c] = scale && 0 > value ? 0 : value;
    }
    const Halves halves = rounded_halves(load(rest));
    for (long left = c; left < channels + channels % 2; left++) to[left] = halves[left - c];
}

// `is_paired`: in bf16.
INLINE void pointwise_of(const int is_paired, const KernelPointwise *layer, long first, long end) {
    const long fit = BLOCK_FLOATS / (layer->inner + KERNEL_ROW_GAP);
    const long most = fit > KERNEL_BLOCK ? KERNEL_BLOCK : fit < 2 * TILE ? 2 * TILE : fit;
    const long blocks = (end - first + most - 1) / most;
    for (long block = 0; block < blocks; block++) {
        const long begin = first + (end - first) * block / blocks;
        const long pixels = first + (end - first) * (block + 1) / blocks - begin;
        const float *from = layer->input + begin * layer->input_stride;
        Product product = {
            .a = from,
            .stride = layer->input_stride,
            .inner = is_paired ? (layer->inner + 1) / 2 : layer->inner,
            .is_paired = is_paired,
            .weights = layer->weights,
            .outer = layer->outer,
            .output = &layer->output,
            .epilogue = &layer->epilogue,
        };
        if (is_paired || layer->scale) {
            product.a = layer->scratch;
            product.stride = product.inner + KERNEL_ROW_GAP;
            for (long p = 0; p < pixels; p++) {
                const float *row = from + p * layer->input_stride, *next = row + ROWS_AHEAD * layer->input_stride;
                float *to = layer->scratch + p * product.stride;
                if (is_paired) round_row(row, (Half *)to, layer->inner, layer->scale, layer->shift, next);
                else rectify_row(row, to, layer->inner, layer->scale, layer->shift, next);
            }
        }
        run_product(&product, begin, pixels);
    }
}

static void pointwise(const KernelPointwise *layer, long first, long end) { pointwise_of(0, layer, first, end); }
static void pointwise_bf16(const KernelPointwise *layer, long first, long end) { pointwise_of(1, layer, first, end); }

static void convolution(const KernelConvolution *layer, long first_row, long end_row) {
    const long columns = layer->output.columns;
    const KernelEpilogue *epilogue = &layer->epilogue;
    float *to[KERNEL_BLOCK], *skip[KERNEL_BLOCK];
    for (long channel = 0; channel < layer->outer; channel += PANEL)
        for (long row = first_row; row < end_row; row++)
            for (long begin = 0; begin < columns; begin += KERNEL_BLOCK) {
                const long pixels = columns - begin < KERNEL_BLOCK ? columns - begin : KERNEL_BLOCK;
                for (long p = 0; p < pixels; p++) to[p] = pixel_of(&layer->output, row * columns + begin + p);
                if (epilogue->skip.base)
                    for (long p = 0; p < pixels; p++) skip[p] = pixel_of(&epilogue->skip, row * columns + begin + p);
                run_tiles(
                    pixels, (Tile){
                                .a = layer->input + row * layer->row_step + begin * layer->pixel_step,
                                .stride = layer->pixel_step,
                                .tap_stride = layer->tap_stride,
                                .taps = layer->taps,
                                .inner = layer->run,
                                .weights = layer->weights + channel * layer->taps * layer->run,
                                .to = to,
                                .channel = channel,
                                .channels = layer->outer - channel < PANEL ? layer->outer - channel : PANEL,
                                .bias = epilogue->bias ? epilogue->bias + channel : 0,
                                .is_last = 1,
                                .skip = epilogue->skip.base ? skip : 0,
                                .lower = epilogue->lower,
                                .upper = epilogue->upper,
                            },
                    0);
            }
}
