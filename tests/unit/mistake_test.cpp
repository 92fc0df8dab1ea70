// SPDX-License-Identifier: MIT
#include "viewers/mistake.hpp"
#include "viewers/painter.hpp"

#include "parallax/image/pixels.hpp"

#include <gmock/gmock.h>

#include <set>
#include <string_view>

namespace parallax::demo {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

TEST(Mistake, IsFoundByNameAndTitle) {
    std::set<std::string_view> names;
    for (const Mistake& mistake : mistakes()) {
        EXPECT_TRUE(names.insert(mistake.name).second) << mistake.name;
        EXPECT_TRUE(names.insert(mistake.title).second) << mistake.title;
        EXPECT_EQ(find_mistake(mistake.name), &mistake);
        EXPECT_EQ(find_mistake(mistake.title), &mistake);
        EXPECT_THAT(mistake.expected, EndsWith("."));
        EXPECT_THAT(mistake.unseen, Not(EndsWith("."))); // it goes on a sentence
    }
    EXPECT_EQ(find_mistake(""), nullptr);
    EXPECT_EQ(find_mistake("luck"), nullptr);
}

TEST(Tiles, NeedRowsOfWholeTiles) {
    const std::uint32_t fourcc = rgb_fourccs().front(); // of 4 bytes
    const auto refused = [&](Extent extent, std::uint64_t stride, std::uint64_t size) {
        return refuse_tiles(packed_layout(extent, fourcc, stride), size);
    };
    EXPECT_EQ(refused({128, 8}, 512, 4096), "");
    EXPECT_EQ(refused({100, 9}, 512, 4608), "");
    EXPECT_THAT(refused({128, 7}, 512, 4096), HasSubstr("7 rows of 512 bytes"));
    EXPECT_THAT(refused({128, 8}, 768, 8192), HasSubstr("8 rows of 768 bytes"));
    EXPECT_THAT(refused({100, 8}, 512, 4000), HasSubstr("4000 bytes end within the last row"));
}

} // namespace
} // namespace parallax::demo
