// SPDX-License-Identifier: MIT
#version 450

// One panel: the CPU's view, the GPU's view, or their difference. Texels are fetched and averaged
// here, since not every GPU can filter linear memory.
layout(set = 0, binding = 0) uniform sampler2D cpu_view;
layout(set = 0, binding = 1) uniform sampler2D gpu_view;

layout(push_constant) uniform Parameters {
    mat4 transform;
    uint shows; // Panel in panels.hpp
};

layout(location = 0) in vec2 place;
layout(location = 0) out vec4 colour;

const int most = 6; // texels a side that one pixel of the window takes into account

// Black for no difference, at least a third of full brightness for any other, alpha as grey.
vec3 amplified(vec4 left, vec4 right) {
    const vec4 distance = abs(left - right);
    const vec4 bright = mix(vec4(0.0), min(vec4(1.0), 1.0 / 3.0 + distance * 4.0),
                            greaterThan(distance, vec4(0.0)));
    return max(bright.rgb, bright.aaa);
}

void main() {
    const ivec2 size = textureSize(gpu_view, 0);
    const vec2 centre = place * size;
    const vec2 reach = min(fwidth(centre), vec2(most)) * 0.5;
    const ivec2 first = clamp(ivec2(floor(centre - reach + 0.01)), ivec2(0), size - 1);
    const ivec2 last = clamp(ivec2(floor(centre + reach - 0.01)), first, size - 1);

    vec3 sum = vec3(0.0);
    vec3 largest = vec3(0.0);
    for (int y = first.y; y <= last.y; ++y) {
        for (int x = first.x; x <= last.x; ++x) {
            const ivec2 texel = ivec2(x, y);
            if (shows == 0) {
                sum += texelFetch(cpu_view, texel, 0).rgb;
            } else if (shows == 1) {
                sum += texelFetch(gpu_view, texel, 0).rgb;
            } else { // the largest, so that not even a lone pixel is lost in a small panel
                largest = max(largest, amplified(texelFetch(cpu_view, texel, 0),
                                                 texelFetch(gpu_view, texel, 0)));
            }
        }
    }
    const ivec2 texels = last - first + 1;
    colour = vec4(shows == 2 ? largest : sum / float(texels.x * texels.y), 1.0);
}
