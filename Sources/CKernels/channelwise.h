// What treats each channel on its own: depthwise convolution, normalisation, pooling.

// Rows and columns of the largest filter that the strips are written for.
#define LARGEST_FILTER 5

// `count` (at most STRIP) neighbouring output pixels of a row, one vector of channels. The sums and a row of the filter stay in
// registers; each input value is loaded once and goes to every sum that it is part of.
INLINE void depthwise_strip(
    const int kernel, const int stride, const int count, const KernelDepthwise *layer, const float *from, long channel, float *to, const float *skip) {
    Vector sum[STRIP];
#pragma clang loop unroll(full)
    for (int p = 0; p < count; p++) sum[p] = load(layer->epilogue.bias + channel);
    const float *weights = layer->weights + channel;
    from += channel;
#pragma clang loop unroll(disable)
    for (int y = 0; y < kernel; y++) {
        Vector weight[LARGEST_FILTER];
#pragma clang loop unroll(full)
        for (int x = 0; x < kernel; x++) weight[x] = load(weights + x * layer->channels);
        const float *at = from;
#pragma clang loop unroll(full)
        for (int column = 0; column < (count - 1) * stride + kernel; column++) {
            const Vector value = load(at);
#pragma clang loop unroll(full)
            for (int p = 0; p < count; p++) {
                const int x = column - p * stride;
                if (x >= 0 && x < kernel) sum[p] = multiply_add(value, weight[x], sum[p]);
            }
            at += layer->input_pixel_stride;
        }
        weights += kernel * layer->channels;
        from += layer->input_row_stride;
    }
    const Vector lower = all(layer->epilogue.lower), upper = all(layer->epilogue.upper);
#pragma clang loop unroll(full)
    for (int p = 0; p < count; p++) {
        if (skip) sum[p] += load(skip + p * layer->epilogue.skip.pixel_stride + channel);
        store(to + p * layer->output.pixel_stride + channel, at_most(at_least(sum[p], lower), upper));
    }
}

// One pixel, one channel, of any filter: what is left where channels are no whole vectors.
static void depthwise_rest(const KernelDepthwise *layer, const float *from, long channel, float *to, const float *skip) {
    float sum = layer->epilogue.bias[channel];
    for (long y = 0; y < layer->kernel; y++)
        for (long x = 0; x < layer->kernel; x++)
            sum += from[y * layer->input_row_stride + x * layer->input_pixel_stride + channel] *
                   layer->weights[(y * layer->kernel + x) * layer->channels + channel];
    if (skip) sum += skip[channel];
    sum = layer->epilogue.lower > sum ? layer->epilogue.lower : sum;
    to[channel] = layer->epilogue.upper < sum ? layer->epilogue.upper : sum;
}

#define STRIP_CASE(count)                                                                                                              \
    case count:                                                                                                                        \
        for (; channel < end; channel += LANES) depthwise_strip(kernel, stride, count, layer, from, channel, to, skip);                \
        break;

// Channels from `first` to `end` of `columns` output pixels of a row.
INLINE void depthwise_row(
    const int kernel, const int stride, const KernelDepthwise *layer, const float *from, long columns, long first, long end, float *to, const float *skip) {
    for (; columns >= STRIP; columns -= STRIP) {
        for (long channel = first; channel < end; channel += LANES)
            depthwise_strip(kernel, stride, STRIP, layer, from, channel, to, skip);
        from += STRIP * layer->pixel_step;
        to += STRIP * layer->output.pixel_stride;
        if (skip) skip += STRIP * layer->epilogue.skip.pixel_stride;
    }
    long channel = first;
    switch (columns) {
        STRIP_CASE(1)
        STRIP_CASE(2)
        STRIP_CASE(3)
        STRIP_CASE(4)
        STRIP_CASE(5)
        STRIP_CASE(6)
#if STRIP > 7
        STRIP_CASE(7)
        STRIP_CASE(8)
        STRIP_CASE(9)
        STRIP_CASE(10)
        STRIP_CASE(11)
        STRIP_CASE(12)
        STRIP_CASE(13)
#endif
    }
}

// `kernel` 0: any filter, any stride, one value at a time.
INLINE void depthwise_rows(const int kernel, const int stride, const KernelDepthwise *layer, long first, long end) {
    const long columns = layer->output.columns;
    const KernelView *skips = &layer->epilogue.skip;
    const long whole = kernel ? layer->channels / LANES * LANES : 0;
    // A cache line of channels outermost: their filter stays in the first-level cache for all rows.
    for (long channel = 0; channel < whole; channel += LINE)
        for (long row = first; row < end; row++)
            depthwise_row(
                kernel, stride, layer, layer->input + row * layer->row_step, columns, channel, channel + LINE < whole ? channel + LINE : whole,
                layer->output.base + row * layer->output.row_stride, skips->base ? skips->base + row * skips->row_stride : 0);
    for (long row = first; row < end; row++)
        for (long column = 0; column < columns; column++) {
            const float *from = layer->input + row * layer->row_step + column * layer->pixel_step;
            float *to = layer->output.base + row * layer->output.row_stride + column * layer->output.pixel_stride;
            const float *skip = skips->base ? skips->base + row * skips->row_stride + column * skips->pixel_stride : 0;
            for (long channel = whole; channel < layer->channels; channel++) depthwise_rest(layer, from, channel, to, skip);
        }
}

static void depthwise(const KernelDepthwise *layer, long first_row, long end_row) {
    const long kernel = layer->kernel, stride = layer->pixel_step / layer->input_pixel_stride;
    if (kernel == 3 && stride == 1) depthwise_rows(3, 1, layer, first_row, end_row);
    else if (kernel == 3 && stride == 2) depthwise_rows(3, 2, layer, first_row, end_row);
    else if (kernel == 5 && stride == 1) depthwise_rows(5, 1, layer, first_row, end_row);
    else if (kernel == 5 && stride == 2) depthwise_rows(5, 2, layer, first_row, end_row);
    else depthwise_rows(0, 0, layer, first_row, end_row);
}

static void finish(const KernelFinish *layer, long first, long end) {
    const Vector lower = all(layer->epilogue.lower), upper = all(layer->epilogue.upper);
    for (long pixel = first; pixel < end; pixel++) {
        const float *from = layer->source + (pixel - first) * layer->stride;
        const float *skip = layer->epilogue.skip.base ? pixel_of(&layer->epilogue.skip, pixel) : 0;
        float *to = pixel_of(&layer->output, pixel);
        for (long c = 0; c < layer->channels; c += LANES) {
            const long count = layer->channels - c < LANES ? layer->channels - c : LANES;
            const Vector bias = layer->epilogue.bias ? load(layer->epilogue.bias + c) : all(0);
            if (count == LANES) {
                const Vector value = load(from + c) + bias + (skip ? load(skip + c) : all(0));
                store(to + c, at_most(at_least(value, lower), upper));
            } else {
                const Vector value = load_some(from + c, count) + bias + (skip ? load_some(skip + c, count) : all(0));
                store_some(to + c, at_most(at_least(value, lower), upper), count);
            }
        }
    }
}

static void rectify(const KernelRectify *layer, long first, long end) {
    for (long pixel = first; pixel < end; pixel++)
        rectify_row(pixel_of(&layer->input, pixel), pixel_of(&layer->output, pixel), layer->channels, layer->scale, layer->shift, pixel_of(&layer->input, pixel));
}

INLINE float rectified(float value, float scale, float shift) {
    value = value * scale + shift;
    return 0 > value ? 0 : value;
}

static void rectified_mean(const KernelRectify *layer, long first_row, long end_row) {
    const Vector zero = all(0), quarter = all(0.25f);
    for (long row = first_row; row < end_row; row++)
        for (long column = 0; column < layer->output.columns; column++) {
            const float *a = layer->input.base + 2 * row * layer->input.row_stride + 2 * column * layer->input.pixel_stride;
            const float *b = a + layer->input.pixel_stride, *d = a + layer->input.row_stride, *e = d + layer->input.pixel_stride;
            float *to = pixel_of(&layer->output, row * layer->output.columns + column);
            long c = 0;
            for (; c + LANES <= layer->channels; c += LANES) {
                const Vector scale = load(layer->scale + c), shift = load(layer->shift + c);
                const Vector upper = at_least(multiply_add(load(a + c), scale, shift), zero) + at_least(multiply_add(load(b + c), scale, shift), zero);
                const Vector lower = at_least(multiply_add(load(d + c), scale, shift), zero) + at_least(multiply_add(load(e + c), scale, shift), zero);
                store(to + c, quarter * (upper + lower));
            }
            for (; c < layer->channels; c++) {
                const float scale = layer->scale[c], shift = layer->shift[c];
                to[c] = 0.25f * ((rectified(a[c], scale, shift) + rectified(b[c], scale, shift)) +
                                 (rectified(d[c], scale, shift) + rectified(e[c], scale, shift)));
            }
        }
}

static void maximum(const KernelMaximum *layer, long first_row, long end_row) {
    for (long row = first_row; row < end_row; row++) {
        const long top = row * layer->stride - layer->padding_top;
        const long y0 = top < 0 ? 0 : top, y1 = top + layer->kernel < layer->input_rows ? top + layer->kernel : layer->input_rows;
        for (long column = 0; column < layer->output.columns; column++) {
            const long left = column * layer->stride - layer->padding_left;
            const long x0 = left < 0 ? 0 : left, x1 = left + layer->kernel < layer->input.columns ? left + layer->kernel : layer->input.columns;
            float *to = pixel_of(&layer->output, row * layer->output.columns + column);
            const float *corner = layer->input.base + y0 * layer->input.row_stride + x0 * layer->input.pixel_stride;
            long c = 0;
            for (; c + LANES <= layer->channels; c += LANES) {
                Vector largest = load(corner + c);
                for (long y = 0; y < y1 - y0; y++)
                    for (long x = 0; x < x1 - x0; x++)
                        largest = at_least(load(corner + y * layer->input.row_stride + x * layer->input.pixel_stride + c), largest);
                store(to + c, largest);
            }
            for (; c < layer->channels; c++) {
                float largest = corner[c];
                for (long y = 0; y < y1 - y0; y++)
                    for (long x = 0; x < x1 - x0; x++) {
                        const float value = corner[y * layer->input.row_stride + x * layer->input.pixel_stride + c];
                        largest = largest > value ? largest : value;
                    }
                to[c] = largest;
            }
        }
    }
}
