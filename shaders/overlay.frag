// SPDX-License-Identifier: MIT
#version 450

layout(set = 0, binding = 0) uniform sampler2D glyphs; // coverage in the first channel

layout(location = 0) in vec2 glyph_place;
layout(location = 1) in vec4 tint;

layout(location = 0) out vec4 colour;

void main() {
    colour = vec4(tint.rgb, tint.a * texture(glyphs, glyph_place).r);
}
