// SPDX-License-Identifier: MIT
#version 450

// The GPU's view of a camera's frame: converts samples of luma and chroma to RGB in integers, so that
// a CPU computes the same. ycbcr.hpp has the formula.
layout(set = 0, binding = 0) uniform sampler2D first;  // luma, or YUYV: two pixels in a texel
layout(set = 0, binding = 1) uniform sampler2D second; // chroma, of each block of 2x2

layout(push_constant) uniform Parameters { // Parameters in ycbcr_renderer.cpp
    int luma_offset;
    int luma;
    int red_cr;
    int green_cb;
    int green_cr;
    int blue_cb;
    uint packed; // 1: all samples in the first plane, as in YUYV
};

layout(location = 0) out vec4 colour;

ivec4 samples(sampler2D plane, ivec2 at) {
    return ivec4(round(texelFetch(plane, at, 0) * 255.0));
}

ivec3 luma_and_chroma(ivec2 at) {
    if (packed == 1) {
        const ivec4 pair = samples(first, ivec2(at.x / 2, at.y));
        return ivec3(at.x % 2 == 0 ? pair.r : pair.b, pair.g, pair.a);
    }
    return ivec3(samples(first, at).r, samples(second, at / 2).rg);
}

void main() {
    const ivec3 ycc = luma_and_chroma(ivec2(gl_FragCoord.xy));
    const int y = (ycc.x - luma_offset) * luma;
    const int cb = ycc.y - 128;
    const int cr = ycc.z - 128;
    const ivec3 rgb = ivec3(y + red_cr * cr, y - green_cb * cb - green_cr * cr, y + blue_cb * cb);
    colour = vec4(vec3(clamp((rgb + 0x8000) >> 16, 0, 255)) / 255.0, 1.0);
}
