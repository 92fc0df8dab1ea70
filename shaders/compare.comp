// SPDX-License-Identifier: MIT
#version 450

// Counts the pixels in which the two views differ, in some groups of 16x16: the number of each group is
// kept, so that the sum is that of all. Reads the GPU's view around one place for the microscope.
layout(local_size_x = 16, local_size_y = 16) in;

layout(set = 0, binding = 0) uniform sampler2D cpu_view;
layout(set = 0, binding = 1) uniform sampler2D gpu_view;
layout(set = 0, binding = 2, std430) buffer State { // Findings in panel_renderer.hpp, and more
    uint different;
    uint texels[9 * 9];
    uint different_in[]; // each group
};

layout(push_constant) uniform Parameters {
    ivec2 place;  // in the middle of the microscope
    ivec2 field;  // texels that it shows, at most 16 a side
    ivec2 first_group; // of this dispatch
    uint with_alpha; // 0: the other view has no alpha
};

shared uint different_here;

void main() {
    const ivec2 size = textureSize(gpu_view, 0);
    const ivec2 group = first_group + ivec2(gl_WorkGroupID.xy);
    const ivec2 within = ivec2(gl_LocalInvocationID.xy);
    const ivec2 texel = group * ivec2(gl_WorkGroupSize.xy) + within;
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
    if (gl_LocalInvocationIndex == 0) {
        const int across = (size.x + int(gl_WorkGroupSize.x) - 1) / int(gl_WorkGroupSize.x);
        const int number = group.y * across + group.x;
        if (different_in[number] != different_here) {
            atomicAdd(different, different_here - different_in[number]);
            different_in[number] = different_here;
        }
    }
    if (gl_WorkGroupID.xy == uvec2(0) && all(lessThan(within, field))) {
        const ivec2 seen = clamp(place - field / 2 + within, ivec2(0), size - 1);
        texels[within.y * field.x + within.x] = packUnorm4x8(texelFetch(gpu_view, seen, 0));
    }
}
