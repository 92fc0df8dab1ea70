// SPDX-License-Identifier: MIT
#version 450

// The GPU's view of imported memory: each target pixel fetches the source pixel at its place.
layout(set = 0, binding = 0) uniform sampler2D source;

layout(push_constant) uniform Parameters {
    uint shade; // Shade in image_renderer.hpp
};

layout(location = 0) out vec4 colour;

void main() {
    colour = texelFetch(source, ivec2(gl_FragCoord.xy), 0);
    if (shade >= 1) {
        colour.rgb = 1.0 - (shade == 2 ? colour.bgr : colour.rgb);
    }
}
