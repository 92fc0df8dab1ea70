// SPDX-License-Identifier: MIT
#version 450

// One step of Conway's Game of Life whose cells are the pixels of the shared memory: a bright pixel
// is alive. A newborn takes its parents' colour, the dead fade. There is no other state, so pixels
// that the CPU draws take part from the next step on.
layout(local_size_x = 16, local_size_y = 16) in;

layout(set = 0, binding = 1) uniform sampler2D cells;
layout(set = 0, binding = 3) uniform writeonly image2D next;

const float alive_from = 0.6;

float brightness(vec3 colour) {
    return max(colour.r, max(colour.g, colour.b));
}

void main() {
    const ivec2 size = textureSize(cells, 0);
    const ivec2 place = ivec2(gl_GlobalInvocationID.xy);
    if (any(greaterThanEqual(place, size))) {
        return;
    }
    int neighbours = 0;
    vec3 parents = vec3(0.0);
    for (int y = -1; y <= 1; ++y) {
        for (int x = -1; x <= 1; ++x) {
            const vec3 near = texelFetch(cells, (place + ivec2(x, y) + size) % size, 0).rgb;
            if ((x != 0 || y != 0) && brightness(near) >= alive_from) {
                ++neighbours;
                parents += near;
            }
        }
    }
    const vec4 self = texelFetch(cells, place, 0);
    const bool alive = brightness(self.rgb) >= alive_from;
    vec3 colour;
    if (neighbours == 3 && !alive) {
        colour = parents / brightness(parents); // as bright as can be
    } else if (alive && (neighbours == 2 || neighbours == 3)) {
        colour = self.rgb;
    } else if (alive) {
        colour = self.rgb * 0.55;
    } else { // one step darker at least, in the coarsest format too
        colour = max(vec3(0.0), self.rgb * 0.94 - 1.0 / 64.0);
    }
    imageStore(next, place, vec4(colour, 1.0));
}
