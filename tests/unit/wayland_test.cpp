// SPDX-License-Identifier: MIT
// Compositors that say what no good one says.
#include "small_compositor.hpp"

#include "wayland/connection.hpp"
#include "wayland/dmabuf.hpp"
#include "wayland/output.hpp"
#include "wayland/toplevel.hpp"

#include "support/fds.hpp"

#include "parallax/text.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace parallax::demo::wayland {
namespace {

using test::Event;
using test::SmallCompositor;
using testing::ElementsAre;
using testing::HasSubstr;

std::unique_ptr<Connection> connect(const SmallCompositor& compositor) {
    return Connection::open(compositor.socket()).value();
}

/// A screen.
SmallCompositor::Global output(Extent extent, std::int32_t scale) {
    return {.interface = "wl_output",
            .version = 4,
            .answer = [=](SmallCompositor& self, std::uint32_t object, int opcode, auto) {
                if (opcode == SmallCompositor::bound) {
                    constexpr std::uint32_t is_current = 1;
                    self.send(Event(object, 1)
                                  .put(is_current)
                                  .put(extent.width)
                                  .put(extent.height)
                                  .put(60'000));
                    self.send(Event(object, 3).put(static_cast<std::uint32_t>(scale)));
                    self.send(Event(object, 4).put(std::string_view("SMALL-1", 8)));
                }
            }};
}

TEST(Wayland, OutputWithoutAScaleShowsNothing) {
    for (const std::int32_t scale : {0, -1}) {
        SmallCompositor compositor({output({.width = 640, .height = 400}, scale)});
        const auto connection = connect(compositor);
        const auto outputs = find_outputs(*connection);
        const auto chosen = choose_output(outputs, {.width = 64, .height = 48});
        ASSERT_FALSE(chosen);
        EXPECT_THAT(chosen.error(), ElementsAre(text::format("SMALL-1 has a scale of {}", scale)));
    }
}

TEST(Wayland, OutputOfNegativeSidesIsTooSmall) {
    SmallCompositor compositor({output({.width = UINT32_MAX, .height = UINT32_MAX}, 1)});
    const auto connection = connect(compositor);
    const auto outputs = find_outputs(*connection);
    EXPECT_FALSE(choose_output(outputs, {.width = 64, .height = 48}));
}

/// Hands out a table of two entries and says that it has @p stated bytes.
SmallCompositor::Global dmabuf(std::uint32_t stated) {
    return {.interface = "zwp_linux_dmabuf_v1",
            .version = 4,
            .answer = [=](SmallCompositor& self, std::uint32_t, int opcode, auto arguments) {
                constexpr int get_default_feedback = 2;
                if (opcode != get_default_feedback) {
                    return;
                }
                const std::uint32_t feedback = arguments[0];
                struct Entry {
                    std::uint32_t fourcc, padding;
                    std::uint64_t modifier;
                };
                constexpr std::array table{Entry{DRM_FORMAT_XRGB8888, 0, DRM_FORMAT_MOD_LINEAR},
                                           Entry{DRM_FORMAT_RGB565, 0, DRM_FORMAT_MOD_LINEAR}};
                const UniqueFd file(::memfd_create("table", MFD_CLOEXEC));
                ASSERT_EQ(::write(file.get(), table.data(), sizeof table),
                          static_cast<ssize_t>(sizeof table));
                constexpr std::array<std::uint16_t, 3> indices{0, 1, 60'000};
                self.send(Event(feedback, 1).put(stated), file.get());
                self.send(Event(feedback, 5)
                              .put(std::string_view(reinterpret_cast<const char*>(indices.data()),
                                                    sizeof indices)));
                self.send(Event(feedback, 0));
            }};
}

TEST(Wayland, TableOfFormatsThatIsShorterThanSaidIsReadToItsEnd) {
    for (const std::uint32_t stated : {32U, 1U << 20U, UINT32_MAX}) {
        SmallCompositor compositor({dmabuf(stated)});
        const auto connection = connect(compositor);
        const auto taker = DmabufTaker::open(*connection);
        ASSERT_TRUE(taker);
        EXPECT_THAT((*taker)->table(),
                    ElementsAre(FormatModifier{DRM_FORMAT_XRGB8888, DRM_FORMAT_MOD_LINEAR},
                                FormatModifier{DRM_FORMAT_RGB565, DRM_FORMAT_MOD_LINEAR}));
    }
}

TEST(Wayland, EmptyTableOfFormatsHasNone) {
    SmallCompositor compositor({dmabuf(0)});
    const auto connection = connect(compositor);
    const auto taker = DmabufTaker::open(*connection);
    ASSERT_TRUE(taker);
    EXPECT_TRUE((*taker)->table().empty());
}

TEST(Wayland, ConnectionThatTheCompositorEndsAtOnceLeavesNoFd) {
    const int before = test::count_open_fds();
    {
        SmallCompositor compositor({}, SmallCompositor::Manner::hangs_up);
        EXPECT_THROW(static_cast<void>(Connection::open(compositor.socket())), std::runtime_error);
    }
    EXPECT_EQ(test::count_open_fds(), before);
}

/// Gives each window a size, in its units.
std::vector<SmallCompositor::Global> giving(Extent units, const SmallCompositor::Global& screen) {
    const auto ignore = [](SmallCompositor&, std::uint32_t, int, auto) {};
    auto answer = [=, surface = std::uint32_t{0}](SmallCompositor& self, std::uint32_t object,
                                                  int opcode, auto arguments) mutable {
        if (object != surface && opcode == 2) { // get_xdg_surface
            surface = arguments[0];
            self.add(surface, object);
        } else if (object == surface && opcode == 1) { // get_toplevel
            self.send(Event(arguments[0], 0).put(units.width).put(units.height).put(""));
            self.send(Event(surface, 0).put(1));
        }
    };
    return {screen,
            {.interface = "wl_compositor", .version = 4, .answer = ignore},
            {.interface = "xdg_wm_base", .version = 1, .answer = std::move(answer)}};
}

/// Whether pictures are shown pixel by pixel on a full output of 640x400 pixels.
bool fills_output(Extent units, std::int32_t scale) {
    SmallCompositor compositor(giving(units, output({.width = 640, .height = 400}, scale)));
    const auto connection = connect(compositor);
    const auto outputs = find_outputs(*connection);
    const Extent picture{.width = 60, .height = 48}; // divided by each scale
    const auto window = Toplevel::open(
        *connection,
        {.title = "a test", .extent = picture, .full = choose_output(outputs, picture).value()});
    if (!window) {
        EXPECT_THAT(window.error(), ElementsAre(HasSubstr("which has 640x400 pixels")));
    }
    return window.has_value();
}

TEST(Wayland, OutputOfAFractionalScaleShowsNoPixelsAsTheyAre) {
    EXPECT_TRUE(fills_output({.width = 640, .height = 400}, 1));
    EXPECT_TRUE(fills_output({.width = 320, .height = 200}, 2));
    EXPECT_TRUE(fills_output({.width = 214, .height = 134}, 3));  // rounded up
    EXPECT_TRUE(fills_output({.width = 0, .height = 0}, 2));      // not said
    EXPECT_FALSE(fills_output({.width = 427, .height = 267}, 2)); // 1.5
    EXPECT_FALSE(fills_output({.width = 512, .height = 320}, 2)); // 1.25
    EXPECT_FALSE(fills_output({.width = 640, .height = 376}, 1)); // beside a panel
}

} // namespace
} // namespace parallax::demo::wayland
