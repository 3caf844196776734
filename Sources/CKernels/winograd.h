// 3×3 convolutions by Winograd's F(4 × 4, 3 × 3): 36 products of small matrices for 16 output pixels, which would otherwise
// take 144 multiplications of each weight.
//
// A tile is 4 × 4 output pixels, made from 6 × 6 input pixels. Tiles go through in groups of WINOGRAD_TILES, whose transforms
// stay in the second-level cache.

// Bᵀ d, for one row or column of six values.
INLINE void input_transform(const Vector *d, Vector *to) {
    const Vector a = multiply_add(all(-4), d[2], d[4]), b = multiply_add(all(-4), d[1], d[3]);
    const Vector c = d[4] - d[2], e = d[3] - d[1];
    to[0] = multiply_add(all(-5), d[2], multiply_add(all(4), d[0], d[4]));
    to[1] = a + b;
    to[2] = a - b;
    to[3] = multiply_add(all(2), e, c);
    to[4] = multiply_add(all(-2), e, c);
    to[5] = multiply_add(all(-5), d[3], multiply_add(all(4), d[1], d[5]));
}

// Aᵀ s, for one row or column of six values.
INLINE void output_transform(const Vector *s, Vector *to) {
    const Vector a = s[1] + s[2], b = s[1] - s[2], c = s[3] + s[4], d = s[3] - s[4];
    to[0] = s[0] + a + c;
    to[1] = multiply_add(all(2), d, b);
    to[2] = multiply_add(all(4), c, a);
    to[3] = multiply_add(all(8), d, b) + s[5];
}

// Bᵀ d B of LANES channels; element (y, x) goes to to[(6 y + x) · point_stride].
INLINE void transform_patch(const float *from, long pixel_stride, long row_stride, float *to, long point_stride) {
    Vector half[6][6];
#pragma clang loop unroll(full)
    for (int x = 0; x < 6; x++) {
        Vector column[6], done[6];
#pragma clang loop unroll(full)
        for (int y = 0; y < 6; y++) column[y] = load(from + y * row_stride + x * pixel_stride);
        input_transform(column, done);
#pragma clang loop unroll(full)
        for (int y = 0; y < 6; y++) half[y][x] = done[y];
    }
#pragma clang loop unroll(full)
    for (int y = 0; y < 6; y++) {
        Vector done[6];
        input_transform(half[y], done);
#pragma clang loop unroll(full)
        for (int x = 0; x < 6; x++) store(to + (y * 6 + x) * point_stride, done[x]);
    }
}

// LANES channels of a patch, with zeros for what lies outside the padded image.
INLINE void copy_patch(const KernelWinograd *layer, const float *from, long rows, long columns, float *to) {
    for (long y = 0; y < 6; y++)
        for (long x = 0; x < 6; x++)
            store(to + (y * 6 + x) * LANES,
                  y < rows && x < columns ? load(from + y * layer->input_row_stride + x * layer->input_pixel_stride) : all(0));
}

static void winograd_gather(const KernelWinograd *layer, long tile, long channel, long channels, float *to, long point_stride) {
    const long across = (layer->columns + 3) / 4;
    const long row = tile / across * 4, column = tile % across * 4;
    const float *from = layer->input + row * layer->input_row_stride + column * layer->input_pixel_stride + channel;
    if (row + 4 <= layer->rows && column + 4 <= layer->columns) {
        for (long c = 0; c < channels; c += LANES)
            transform_patch(from + c, layer->input_pixel_stride, layer->input_row_stride, to + c, point_stride);
    } else {
        float patch[36 * LANES];
        for (long c = 0; c < channels; c += LANES) {
            copy_patch(layer, from + c, layer->rows + 2 - row, layer->columns + 2 - column, patch);
            transform_patch(patch, LANES, 6 * LANES, to + c, point_stride);
        }
    }
}

static void winograd_scatter(const KernelWinograd *layer, long tile, const float *sums, long point_stride) {
    const long across = (layer->columns + 3) / 4;
    const long row = tile / across * 4, column = tile % across * 4;
    const long rows = layer->rows - row < 4 ? layer->rows - row : 4, columns = layer->columns - column < 4 ? layer->columns - column : 4;
    const Vector lower = all(layer->epilogue.lower), upper = all(layer->epilogue.upper);
    for (long channel = 0; channel < layer->outer; channel += LANES) {
        const long count = layer->outer - channel < LANES ? layer->outer - channel : LANES;
        const Vector bias = layer->epilogue.bias ? load(layer->epilogue.bias + channel) : all(0);
        Vector half[4][6];
#pragma clang loop unroll(full)
        for (int x = 0; x < 6; x++) {
            Vector values[6], done[4];
#pragma clang loop unroll(full)
            for (int y = 0; y < 6; y++) values[y] = load(sums + (y * 6 + x) * point_stride + channel);
            output_transform(values, done);
#pragma clang loop unroll(full)
            for (int y = 0; y < 4; y++) half[y][x] = done[y];
        }
        for (long y = 0; y < rows; y++) {
            Vector done[4];
            output_transform(half[y], done);
            for (long x = 0; x < columns; x++) {
                const long pixel = (row + y) * layer->columns + column + x;
                Vector value = done[x] + bias;
                if (layer->epilogue.skip.base) {
                    const float *skip = pixel_of(&layer->epilogue.skip, pixel) + channel;
                    value += count == LANES ? load(skip) : load_some(skip, count);
                }
                value = at_most(at_least(value, lower), upper);
                float *to = pixel_of(&layer->output, pixel) + channel;
                if (count == LANES) store(to, value);
                else store_some(to, value, count);
            }
        }
    }
}

static void winograd(const KernelWinograd *layer, long first, long end) {
    const long outer = (layer->outer + PANEL - 1) / PANEL * PANEL;
    const long stride = layer->channels + KERNEL_ROW_GAP;
    const long matrix = outer * layer->channels;
    float *transformed = layer->scratch;
    float *sums = transformed + WINOGRAD_POINTS * WINOGRAD_TILES * stride;
    const long groups = (end - first + WINOGRAD_TILES - 1) / WINOGRAD_TILES;
    for (long g = 0; g < groups; g++) {
        const long group = first + (end - first) * g / groups;
        const long tiles = first + (end - first) * (g + 1) / groups - group;
        for (long t = 0; t < tiles; t++)
            winograd_gather(layer, group + t, 0, layer->channels, transformed + t * stride, WINOGRAD_TILES * stride);
        for (long point = 0; point < WINOGRAD_POINTS; point++) {
            float *to[WINOGRAD_TILES];
            for (long t = 0; t < tiles; t++) to[t] = sums + (point * WINOGRAD_TILES + t) * outer;
            for (long channel = 0; channel < outer; channel += PANEL)
                run_tiles(
                    tiles, (Tile){
                               .a = transformed + point * WINOGRAD_TILES * stride,
                               .stride = stride,
                               .taps = 1,
                               .inner = layer->channels,
                               .weights = layer->weights + point * matrix + channel * layer->channels,
                               .to = to,
                               .channel = channel,
                               .channels = PANEL,
                           },
                    0);
        }
        for (long t = 0; t < tiles; t++) winograd_scatter(layer, group + t, sums + t * outer, WINOGRAD_TILES * outer);
    }
}
