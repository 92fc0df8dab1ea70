// SPDX-License-Identifier: MIT
#version 450

// The GPU's view of planes of luma and chroma, each an image of its own: converts samples to RGB in
// integers, so that a CPU computes the same. ycbcr.hpp has the formula.
layout(set = 0, binding = 0) uniform sampler2D first; // those that the format lacks: its last one
layout(set = 0, binding = 1) uniform sampler2D second;
layout(set = 0, binding = 2) uniform sampler2D third;

layout(push_constant) uniform Parameters { // YcbcrParameters in ycbcr_renderer.cpp
    int luma_offset;
    int middle;
    int luma;
    int red_cr;
    int green_cb;
    int green_cr;
    int blue_cb;
    uint shift;     // bits below the samples that are converted
    float most;     // largest sample, as the images have it
    uvec2 places[4]; // plane and component of luma, of luma in odd columns, of Cb and of Cr
    uvec2 block[3];  // pixels that a texel of each plane covers
};

layout(location = 0) out vec4 colour;

vec4 texel(uint plane, ivec2 at) {
    const ivec2 where = at / ivec2(block[plane]);
    return plane == 0 ? texelFetch(first, where, 0)
         : plane == 1 ? texelFetch(second, where, 0)
                      : texelFetch(third, where, 0);
}

int sample_at(uvec2 place, ivec2 at) {
    return int(round(texel(place.x, at)[place.y] * most)) >> shift;
}

void main() {
    const ivec2 at = ivec2(gl_FragCoord.xy);
    const int y = (sample_at(places[at.x % 2], at) - luma_offset) * luma;
    const int cb = sample_at(places[2], at) - middle;
    const int cr = sample_at(places[3], at) - middle;
    const ivec3 rgb = ivec3(y + red_cr * cr, y - green_cb * cb - green_cr * cr, y + blue_cb * cb);
    colour = vec4(vec3(clamp((rgb + 0x8000) >> 16, 0, 255)) / 255.0, 1.0);
}
