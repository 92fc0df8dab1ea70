// SPDX-License-Identifier: MIT
//
// A pool that has no room for a large chunk. Run alone.
#include "support/node.hpp"

#include <gtest/gtest.h>

namespace uapi {
namespace {

TEST(SmallPool, HasHalvesOfAChunkThatIsTooLarge) {
    const std::size_t half = large / 2;
    const Parameter pool("pool_mib", half / mib);
    const UniqueFd node = open_node();
    allocate(node, large).reset();
    ASSERT_EQ(stat_once("pool_bytes", half), static_cast<long>(half));

    const long hits = stat("pool_hits");
    allocate(node, half).reset();
    EXPECT_EQ(stat("pool_hits"), hits + 1);
}

} // namespace
} // namespace uapi
