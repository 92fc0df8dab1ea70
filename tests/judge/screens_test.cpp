// SPDX-License-Identifier: MIT
// The judge of what others show of the pattern: a display, by QEMU's screenshot, and weston, by its
// own; each with the mistakes that can be made there.
#include "files/picture_file.hpp"
#include "pattern/pattern.hpp"
#include "support/display.hpp"
#include "support/kernel.hpp"
#include "support/program.hpp"
#include "support/temporary_folder.hpp"

#include "parallax/dmabuf/cpu_access.hpp"
#include "parallax/dmabuf/exporter.hpp"
#include "parallax/image/drawn_buffer.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/kms/screen.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <format>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace parallax {
namespace {

using demo::draw_pattern;
using demo::Pattern;
using test::Program;
using testing::ContainsRegex;
using testing::HasSubstr;

/// What the judge says of a screenshot.
struct Said {
    int status = -1;
    std::string text;
};

Said judged(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "judge");
    Program judge(std::move(arguments));
    const int status = judge.wait();
    return {.status = status, .text = judge.printed()};
}

/// The first display, whose screen QEMU captures. It shows a pattern in a dma-buf.
class JudgedDisplay : public testing::Test {
protected:
    void SetUp() override {
        if (!test::display_imports()) {
            GTEST_SKIP() << "this kernel's bochs-drm imports no dma-buf";
        }
        ASSERT_EQ(std::system("modprobe bochs"), 0);
        auto card = kms::Card::open("bochs-drm");
        ASSERT_TRUE(card) << card.error().front();
        card_.emplace(*std::move(card));
        auto output = kms::choose_output(*card_, {.mode = "640x480"});
        ASSERT_TRUE(output) << output.error().front();
        output_ = *std::move(output);
        exporter_ = *open_exporter("exporter");
    }

    [[nodiscard]] Pattern pattern(std::uint16_t frame = 7) const {
        return {.layout = packed_layout(output_.extent(), DRM_FORMAT_XRGB8888, 3072, 8192),
                .frame = frame};
    }

    /// Memory with room for wrong layouts.
    [[nodiscard]] DrawnBuffer buffer_of(const ImageLayout& layout) const {
        return {exporter_->allocate(2 * layout.size()), layout};
    }

    /// Shows the buffer with this layout, and judges the screenshot.
    [[nodiscard]] Said shown(const DrawnBuffer& drawn, const ImageLayout& layout,
                             std::vector<std::string> options = {}) const {
        const auto framebuffer = kms::Framebuffer::create(*card_, drawn.buffer(), layout);
        if (!framebuffer) {
            ADD_FAILURE() << framebuffer.error().front();
            return {};
        }
        kms::Screen screen(*card_, output_);
        screen.show(*framebuffer);
        const std::string file = (folder_.path() / "screen.png").string();
        EXPECT_EQ(std::system(("$PARALLAX_SCREEN_CAMERA " + file).c_str()), 0);
        options.push_back(file);
        return judged(std::move(options));
    }

    /// The pattern in memory, shown with another layout.
    [[nodiscard]] std::string cause(const ImageLayout& wrong) const {
        DrawnBuffer drawn = buffer_of(pattern().layout);
        drawn.paint(draw_pattern(pattern()));
        const Said said = shown(drawn, wrong);
        EXPECT_EQ(said.status, 1) << said.text;
        return said.text;
    }

private:
    std::optional<kms::Card> card_;
    kms::Output output_;
    std::unique_ptr<Exporter> exporter_;
    test::TemporaryFolder folder_;
};

TEST_F(JudgedDisplay, TheSame) {
    DrawnBuffer drawn = buffer_of(pattern().layout);
    drawn.paint(draw_pattern(pattern()));
    const Said said = shown(drawn, pattern().layout);
    EXPECT_EQ(said.status, 0) << said.text;
    EXPECT_THAT(said.text, HasSubstr("frame 7, 640x480 XRGB8888, stride 3072, offset 8192"));
}

TEST_F(JudgedDisplay, WrongStride) {
    ImageLayout wrong = pattern().layout;
    wrong.planes[0].stride = 2816;
    EXPECT_THAT(cause(wrong), HasSubstr("written 3072 bytes apart, and read 2816 bytes apart"));
}

TEST_F(JudgedDisplay, WrongOffset) {
    ImageLayout wrong = pattern().layout;
    wrong.planes[0].offset = 4096 + 256;
    EXPECT_THAT(cause(wrong), HasSubstr("from byte 8192 on, and read from byte 4352"));
}

TEST_F(JudgedDisplay, WrongFormat) {
    ImageLayout swapped = pattern().layout;
    swapped.fourcc = DRM_FORMAT_XBGR8888;
    DrawnBuffer drawn = buffer_of(swapped);
    drawn.paint(draw_pattern({.layout = swapped, .frame = 7}));
    const Said said = shown(drawn, pattern().layout);
    EXPECT_EQ(said.status, 1) << said.text;
    EXPECT_THAT(said.text, HasSubstr("format: written as XBGR8888, and read as XRGB8888"));
}

TEST_F(JudgedDisplay, Tiles) {
    ImageLayout layout = pattern().layout;
    layout.planes[0].offset = 0;
    const Picture picture = draw_pattern({.layout = layout, .frame = 7});
    std::vector<std::byte> linear(layout.planes[0].stride * layout.extent.height);
    write_pixels(picture, layout, linear);
    const DrawnBuffer drawn = buffer_of(layout);
    {
        const CpuWrite access(drawn.mapping());
        constexpr std::size_t width = 512;
        constexpr std::size_t rows = 8;
        const std::size_t stride = layout.planes[0].stride;
        for (std::size_t y = 0; y < layout.extent.height; ++y) {
            for (std::size_t x = 0; x < stride; ++x) {
                const std::size_t tile = y / rows * (stride / width) + x / width;
                access.bytes()[tile * width * rows + y % rows * width + x % width] =
                    linear[y * stride + x];
            }
        }
    }
    const Said said = shown(drawn, layout);
    EXPECT_EQ(said.status, 1) << said.text;
    EXPECT_THAT(said.text, HasSubstr("written in tiles of 512 bytes and 8 rows"));
}

TEST_F(JudgedDisplay, ADecoyAndAnOlderFrame) {
    const ImageLayout layout = pattern().layout;
    const DrawnBuffer decoy = buffer_of(layout);
    const Said zero =
        shown(decoy, layout, {"--size", "640x480", "--stride", "3072", "--offset", "8192"});
    EXPECT_EQ(zero.status, 1) << zero.text;
    EXPECT_THAT(zero.text, HasSubstr("other memory: all of it is zero"));
    DrawnBuffer drawn = buffer_of(layout);
    drawn.paint(draw_pattern(pattern(6)));
    const Said older = shown(drawn, layout, {"--frame", "7"});
    EXPECT_EQ(older.status, 1) << older.text;
    EXPECT_THAT(older.text, HasSubstr("nothing of the last write is seen"));
}

/// weston with a window that shows a picture, and weston's own screenshot of it.
class JudgedCompositor : public testing::Test {
protected:
    [[nodiscard]] Said shown(const Picture& picture, std::vector<std::string> options = {}) {
        if (!display_) {
            display_.emplace(test::WindowSystem::wayland, folder_.path());
        }
        const std::string file = (folder_.path() / "shown.png").string();
        save_png(picture, file);
        const std::string shot = (folder_.path() / "shot.png").string();
        test::Process client({"weston-image", file}, display_->environment(),
                             folder_.path() / "client.log");
        options.push_back(shot);
        Said said;
        // The window appears some time after its start.
        for (int i = 0; i < 40; ++i) {
            std::filesystem::remove(shot);
            test::Process camera(
                {"sh", "-c",
                 "cd \"$0\" && rm -f wayland-screenshot-*; weston-screenshooter && "
                 "mv wayland-screenshot-* shot.png",
                 folder_.path().string()},
                display_->environment(), folder_.path() / "camera.log");
            EXPECT_EQ(camera.wait(), 0);
            said = judged(options);
            if (said.text.find("no pattern was found") == std::string::npos) {
                break;
            }
        }
        return said;
    }

private:
    test::TemporaryFolder folder_;
    std::optional<test::Display> display_;
};

/// A pattern in memory with padded rows behind a page.
Pattern small_pattern(std::uint16_t frame = 7) {
    return {.layout = packed_layout({.width = 320, .height = 120}, DRM_FORMAT_XRGB8888, 1536, 4096),
            .frame = frame};
}

TEST_F(JudgedCompositor, EnlargedByTheClientWithAFilter) {
    const Said said = shown(pattern_as_written(small_pattern()));
    EXPECT_EQ(said.status, 1) << said.text;
    // By how much depends on the size that the client gives its window.
    EXPECT_THAT(said.text, ContainsRegex("geometry: scaled by 1[.][0-9]+ with a linear filter"));
}

} // namespace
} // namespace parallax
