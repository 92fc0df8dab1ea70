// SPDX-License-Identifier: MIT
#version 450

// Two-dimensional triangles in window units, as Dear ImGui makes them.
layout(location = 0) in vec2 position;
layout(location = 1) in vec2 glyph;
layout(location = 2) in vec4 tint;

layout(push_constant) uniform Parameters {
    vec2 scale;
    vec2 offset;
};

layout(location = 0) out vec2 glyph_place;
layout(location = 1) out vec4 colour;

void main() {
    glyph_place = glyph;
    colour = tint;
    gl_Position = vec4(position * scale + offset, 0.0, 1.0);
}
