// SPDX-License-Identifier: MIT
#version 450

// The GPU's view of one image with luma and chroma: the sampler converts. Such images cannot be
// fetched from by texel, so each target pixel samples at the middle of the source pixel at its place.
layout(set = 0, binding = 0) uniform sampler2D source;

layout(push_constant) uniform Parameters {
    vec2 extent; // pixels
};

layout(location = 0) out vec4 colour;

void main() {
    colour = vec4(textureLod(source, gl_FragCoord.xy / extent, 0.0).rgb, 1.0);
}
