// SPDX-License-Identifier: MIT
#version 450

// The GPU's view of one plane of imported memory at the depth of its format: the samples themselves.
layout(set = 0, binding = 0) uniform sampler2D plane;

layout(push_constant) uniform Parameters { // SampleParameters in sample_renderer.cpp
    vec4 most;        // largest sample of each component, as the image has it
    uvec4 shift;      // bits below the format's samples
    uint half_floats; // 1: the bits of half floats
};

layout(location = 0) out uvec4 samples;

uint half_bits(float value) {
    return packHalf2x16(vec2(value, 0.0));
}

void main() {
    const vec4 texel = texelFetch(plane, ivec2(gl_FragCoord.xy), 0);
    if (half_floats == 1) {
        samples = uvec4(half_bits(texel.r), half_bits(texel.g), half_bits(texel.b), half_bits(texel.a));
    } else {
        samples = uvec4(round(texel * most)) >> shift;
    }
}
