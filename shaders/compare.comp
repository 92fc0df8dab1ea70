// SPDX-License-Identifier: MIT
#version 450

// Counts the pixels in which the two views differ, and reads the GPU's view around one place for the
// microscope.
layout(local_size_x = 16, local_size_y = 16) in;

layout(set = 0, binding = 0) uniform sampler2D cpu_view;
layout(set = 0, binding = 1) uniform sampler2D gpu_view;
layout(set = 0, binding = 2, std430) buffer Findings { // Findings in panel_renderer.hpp
    uint different;
    uint texels[];
};

layout(push_constant) uniform Parameters {
    ivec2 place;  // in the middle of the microscope
    ivec2 field;  // texels that it shows, at most 16 a side
    uint with_alpha; // 0: the other view has no alpha
};

shared uint different_here;

void main() {
    const ivec2 size = textureSize(gpu_view, 0);
    const ivec2 texel = ivec2(gl_GlobalInvocationID.xy);
    if (gl_LocalInvocationIndex == 0) {
        different_here = 0;
    }
    barrier();
    if (all(lessThan(texel, size))) {
        bvec4 unlike = notEqual(texelFetch(cpu_view, texel, 0), texelFetch(gpu_view, texel, 0));
        unlike.a = unlike.a && with_alpha != 0;
        if (any(unlike)) {
            atomicAdd(different_here, 1);
        }
    }
    barrier();
    if (gl_LocalInvocationIndex == 0 && different_here > 0) {
        atomicAdd(different, different_here);
    }
    if (gl_WorkGroupID.xy == uvec2(0) && all(lessThan(texel, field))) {
        const ivec2 seen = clamp(place - field / 2 + texel, ivec2(0), size - 1);
        texels[texel.y * field.x + texel.x] = packUnorm4x8(texelFetch(gpu_view, seen, 0));
    }
}
