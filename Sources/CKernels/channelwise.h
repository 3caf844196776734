// What treats each channel on its own: depthwise convolution, normalisation, pooling.

enum { STRIP = 4 };

// `count` (at most STRIP) neighbouring output pixels, `vectors` vectors of channels.
INLINE void depthwise_strip(const int kernel, const int count, const int vectors, const KernelDepthwise *layer, const float *from, long channel, float **to, float **skip) {
    Vector sum[STRIP][2];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
        const Vector bias = load(layer->epilogue.bias + channel + v * LANES);
#pragma clang loop unroll(full)
        for (int p = 0; p < count; p++) sum[p][v] = bias;
    }
    const float *weights = layer->weights + channel;
    for (int y = 0; y < kernel; y++) {
        const float *line = from + y * layer->input_row_stride + channel;
        for (int x = 0; x < kernel; x++) {
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++) {
                const Vector weight = load(weights + v * LANES);
#pragma clang loop unroll(full)
                for (int p = 0; p < count; p++)
                    sum[p][v] = multiply_add(load(line + p * layer->pixel_step + v * LANES), weight, sum[p][v]);
            }
            weights += layer->channels;
            line += layer->input_pixel_stride;
        }
    }
    const Vector lower = all(layer->epilogue.lower), upper = all(layer->epilogue.upper);
#pragma clang loop unroll(full)
    for (int p = 0; p < count; p++)
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) {
            Vector value = sum[p][v];
            if (skip) value += load(skip[p] + channel + v * LANES);
            store(to[p] + channel + v * LANES, at_most(at_least(value, lower), upper));
        }
}

// One pixel, one channel: what is left where channels are no whole vectors.
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

INLINE void depthwise_row(const int kernel, const KernelDepthwise *layer, long row) {
    const long columns = layer->output.columns;
    const int vectors = 2;
    for (long column = 0; column < columns; column += STRIP) {
        const long count = columns - column < STRIP ? columns - column : STRIP;
        const float *from = layer->input + row * layer->row_step + column * layer->pixel_step;
        float *to[STRIP], *skip[STRIP];
        for (long p = 0; p < count; p++) to[p] = pixel_of(&layer->output, row * columns + column + p);
        const int skips = layer->epilogue.skip.base != 0;
        if (skips)
            for (long p = 0; p < count; p++) skip[p] = pixel_of(&layer->epilogue.skip, row * columns + column + p);
        long channel = 0;
        if (count == STRIP) {
            for (; channel + vectors * LANES <= layer->channels; channel += vectors * LANES)
                depthwise_strip(kernel, STRIP, vectors, layer, from, channel, to, skips ? skip : 0);
        } else {
            for (; channel + vectors * LANES <= layer->channels; channel += vectors * LANES)
                for (long p = 0; p < count; p++)
                    depthwise_strip(kernel, 1, vectors, layer, from + p * layer->pixel_step, channel, to + p, skips ? skip + p : 0);
        }
        for (; channel < layer->channels; channel++)
            for (long p = 0; p < count; p++) depthwise_rest(layer, from + p * layer->pixel_step, channel, to[p], skips ? skip[p] : 0);
    }
}

static void depthwise(const KernelDepthwise *layer, long first_row, long end_row) {
    for (long row = first_row; row < end_row; row++) {
        if (layer->kernel == 3) depthwise_row(3, layer, row);
        else if (layer->kernel == 5) depthwise_row(5, layer, row);
        else depthwise_row((int)layer->kernel, layer, row);
    }
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
