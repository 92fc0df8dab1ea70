// SPDX-License-Identifier: MIT
#version 450

// One panel of the window: a unit square that the transform puts into the scene.
layout(push_constant) uniform Parameters {
    mat4 transform;
    uint shows; // Panel in panels.hpp
};

layout(location = 0) out vec2 place; // in the picture: 0, 0 top left; 1, 1 bottom right

void main() {
    place = vec2(gl_VertexIndex & 1, gl_VertexIndex >> 1); // a strip of two triangles
    gl_Position = transform * vec4(place, 0.0, 1.0);
}
