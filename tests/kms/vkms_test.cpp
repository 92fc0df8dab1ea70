// SPDX-License-Identifier: MIT
// The kernel's software display, VKMS, has no screen; it reports the checksum of every frame, or
// writes the frame back to memory, which may be a dma-buf of the exporter. Debian's kernels lack
// it; the lab builds it for the newest, and the debug kernel has it.
#include "support/module.hpp"
#include "support/program.hpp"
#include "support/temporary_folder.hpp"
#include "support/vkms.hpp"

#include "parallax/dmabuf/exporter.hpp"
#include "parallax/image/drawn_buffer.hpp"
#include "parallax/image/ycbcr.hpp"
#include "parallax/kms/handles.hpp"
#include "parallax/kms/screen.hpp"
#include "parallax/kms/writeback.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <drm_fourcc.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <optional>
#include <string>
#include <utility>

namespace parallax {
namespace {

/// Small and slow, so that software keeps up with it under emulation too: 10 frames a second.
drmModeModeInfo small_mode() {
    drmModeModeInfo mode{};
    mode.hdisplay = 160;
    mode.hsync_start = 168;
    mode.hsync_end = 184;
    mode.htotal = 200;
    mode.vdisplay = 120;
    mode.vsync_start = 121;
    mode.vsync_end = 124;
    mode.vtotal = 140;
    mode.vrefresh = 10;
    mode.clock = 280; // kHz
    mode.type = DRM_MODE_TYPE_USERDEF;
    std::strcpy(mode.name, "160x120");
    return mode;
}

class Vkms : public testing::Test {
protected:
    void SetUp() override {
        if (!test::load_vkms()) {
            GTEST_SKIP() << "this kernel has no VKMS; the newest one and the debug kernel have";
        }
        auto card = kms::Card::open("vkms");
        ASSERT_TRUE(card) << card.error().front();
        card_.emplace(*std::move(card));
        auto output = kms::choose_output(*card_, {});
        ASSERT_TRUE(output) << output.error().front();
        output_ = *std::move(output);
        output_.mode = small_mode();
        screen_.emplace(*card_, output_);
        exporter_ = *open_exporter("exporter");
    }

    /// Unloads VKMS: other tests use the first display of the machine.
    void TearDown() override {
        screen_.reset();
        if (card_) {
            card_.reset();
            EXPECT_EQ(uapi::unload_module_once("vkms"), 0);
        }
    }

    /// A picture in the exporter's memory.
    [[nodiscard]] DrawnBuffer ours() { return {*exporter_, output_.extent(), DRM_FORMAT_XRGB8888}; }

    /// One in the display's own memory, without import.
    [[nodiscard]] DrawnBuffer its_own() {
        std::uint32_t handle = 0;
        ImageLayout layout{.extent = output_.extent(), .fourcc = DRM_FORMAT_XRGB8888};
        std::uint32_t stride = 0;
        std::uint64_t size = 0;
        if (drmModeCreateDumbBuffer(card_->fd(), layout.extent.width, layout.extent.height, 32, 0,
                                    &handle, &stride, &size) != 0) {
            throw_errno("vkms has no memory");
        }
        layout.planes[0].stride = stride;
        int fd = -1;
        const int failed = drmPrimeHandleToFD(card_->fd(), handle, DRM_CLOEXEC | DRM_RDWR, &fd);
        drmCloseBufferHandle(card_->fd(), handle);
        if (failed != 0) {
            throw_errno("vkms exports nothing");
        }
        return {DmaBuf(UniqueFd(fd)), layout};
    }

    [[nodiscard]] kms::Framebuffer framebuffer(const DrawnBuffer& drawn) {
        auto made = kms::Framebuffer::create(*card_, drawn.buffer(), drawn.layout());
        if (!made) {
            throw std::runtime_error(made.error().front());
        }
        return *std::move(made);
    }

    [[nodiscard]] kms::Screen& screen() { return *screen_; }
    [[nodiscard]] Picture picture(std::uint32_t seed) const {
        return test_pattern(output_.extent(), seed);
    }

    /// The checksum of the next frame.
    [[nodiscard]] std::string checksum() const {
        const std::string number = card_->path().substr(std::strlen("/dev/dri/card"));
        const std::string folder = "/sys/kernel/debug/dri/" + number + "/crtc-0/crc/";
        std::ofstream(folder + "control") << "auto" << std::flush;
        const UniqueFd data(::open((folder + "data").c_str(), O_RDONLY | O_CLOEXEC));
        std::array<char, 256> line{}; // one at a time: "0xFRAME 0xCHECKSUM\n"
        const ssize_t length = data ? ::read(data.get(), line.data(), line.size() - 1) : -1;
        if (length <= 0) {
            throw_errno("vkms gives no checksum in " + folder);
        }
        return std::string(line.data(), static_cast<std::size_t>(length)).substr(11, 10);
    }

    [[nodiscard]] const kms::Card& card() const { return *card_; }
    [[nodiscard]] const kms::Output& output() const { return output_; }
    [[nodiscard]] Exporter& exporter() { return *exporter_; }

private:
    std::optional<kms::Card> card_;
    kms::Output output_;
    std::optional<kms::Screen> screen_;
    std::unique_ptr<Exporter> exporter_;
};

TEST_F(Vkms, ShowsOurMemoryAsItShowsItsOwn) {
    DrawnBuffer reference = its_own();
    DrawnBuffer drawn = ours();
    reference.paint(picture(1));
    drawn.paint(picture(1));
    const kms::Framebuffer first = framebuffer(reference);
    const kms::Framebuffer second = framebuffer(drawn);
    screen().show(first);
    const std::string expected = checksum();
    screen().flip_to(second);
    EXPECT_EQ(checksum(), expected);
}

TEST_F(Vkms, TakesFramebuffersThatWereMadeThroughADuplicateOfItsFd) {
    const kms::Card same(UniqueFd(::fcntl(card().fd(), F_DUPFD_CLOEXEC, 0)));
    EXPECT_EQ(same.path(), card().path());
    EXPECT_EQ(same.driver(), "vkms");
    EXPECT_EQ(same.takes_modifiers(), card().takes_modifiers());
    DrawnBuffer reference = its_own();
    DrawnBuffer drawn = ours();
    reference.paint(picture(1));
    drawn.paint(picture(1));
    const auto made = kms::Framebuffer::create(same, drawn.buffer(), drawn.layout());
    ASSERT_TRUE(made) << made.error().front();
    const kms::Framebuffer expected = framebuffer(reference);
    screen().show(*made);
    const std::string seen = checksum();
    screen().flip_to(expected);
    EXPECT_EQ(seen, checksum());
}

TEST_F(Vkms, MakesNoFramebufferOfFewerDmaBufsThanTheLayoutHas) {
    const DrawnBuffer drawn = ours();
    const auto made = kms::Framebuffer::create(
        card(), drawn.buffer(),
        portable_layout({.width = 64, .height = 32}, DRM_FORMAT_NV12, PlanePlacement::buffer_each));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().front(), "a plane lies in dma-buf 1, counted from 0, and 1 were given");
}

TEST_F(Vkms, ShowsEveryPixelThatTheCpuWritesLater) {
    DrawnBuffer drawn = ours();
    drawn.paint(picture(2));
    const kms::Framebuffer shown = framebuffer(drawn);
    screen().show(shown);
    const std::string before = checksum();
    for (const auto& [x, y] : {std::pair{0U, 0U}, {31U, 77U}, {159U, 119U}}) {
        Picture changed = picture(2);
        changed.at(x, y).g ^= 1;
        drawn.paint(changed);
        EXPECT_NE(checksum(), before) << "a pixel changed at " << x << ", " << y;
    }
    drawn.paint(picture(2));
    EXPECT_EQ(checksum(), before);
}

TEST_F(Vkms, FlipsBetweenTwoOfOurs) {
    std::array drawn{ours(), ours()};
    drawn[0].paint(picture(3));
    drawn[1].paint(picture(4));
    const std::array shown{framebuffer(drawn[0]), framebuffer(drawn[1])};
    screen().show(shown[0]);
    const std::string first = checksum();
    screen().flip_to(shown[1]);
    const std::string second = checksum();
    EXPECT_NE(second, first);
    screen().flip_to(shown[0]);
    EXPECT_EQ(checksum(), first);
}

/// A screen has no alpha.
Picture opaque(Picture picture) {
    for (Rgba8& pixel : picture.pixels()) {
        pixel.a = 255;
    }
    return picture;
}

/// Shows buffers, and reads what the display writes back.
class VkmsFormats : public Vkms {
protected:
    [[nodiscard]] Picture shown(const DrawnBuffer& drawn) {
        auto made = kms::Framebuffer::create(card(), drawn.buffers(), drawn.layout());
        if (!made) {
            throw std::runtime_error(made.error().front());
        }
        screen().show(*made);
        const DrawnBuffer target = ours();
        const kms::Framebuffer written = framebuffer(target);
        kms::Writeback::find(card(), output().crtc).value().capture(written);
        return target.cpu_view();
    }
};

TEST_F(VkmsFormats, EachThatItHasIsShownAsItWasWritten) {
    std::uint32_t ycbcr = 0;
    for (const Format& format : formats()) {
        const bool is_grey_there = format.planes[0].components[2].bits == 0 && !format.is_ycbcr;
        if (is_grey_there || !std::ranges::contains(output().formats, format.fourcc)) {
            continue; // VKMS shows R8 as grey
        }
        SCOPED_TRACE(format.name);
        for (const char* const colour : {"601-limited", "709-full", "2020-limited"}) {
            DrawnBuffer drawn(exporter(), portable_layout(output().extent(), format.fourcc)
                                              .with(parse_colour(colour).value()));
            drawn.paint(picture(5));
            const std::uint32_t bound = format.is_ycbcr ? sampler_bound(drawn.layout()) : 0;
            const Comparison result = compare(opaque(drawn.cpu_view()), shown(drawn), bound);
            EXPECT_EQ(result.different, 0U) << colour << ", by " << result.largest;
            RecordProperty(text::format("{} {}", format.name, colour),
                           static_cast<int>(result.largest));
            ycbcr += format.is_ycbcr ? 1U : 0U;
            if (format.fourcc != DRM_FORMAT_NV12) {
                break; // the meaning is set in the same way for all, and VKMS is slow
            }
        }
    }
    EXPECT_GE(ycbcr, 3U);
}

// VKMS of 7.3 takes planes in several dma-bufs, and reads all of them from the first: that is
// found.
TEST_F(VkmsFormats, ChromaThatTheDriverReadsFromTheWrongDmaBufIsFound) {
    DrawnBuffer drawn(exporter(), portable_layout(output().extent(), DRM_FORMAT_NV12,
                                                  PlanePlacement::buffer_each));
    drawn.paint(picture(6));
    EXPECT_GT(compare(drawn.cpu_view(), shown(drawn), sampler_bound(drawn.layout())).different,
              output().extent().pixels() / 2);
}

TEST(VkmsScanout, ComparesWhatIsWrittenBack) {
    if (!test::load_vkms()) {
        GTEST_SKIP() << "this kernel has no VKMS; the newest one and the debug kernel have";
    }
    const test::TemporaryFolder folder;
    for (const char* const format : {"XRGB8888", "RGB565"}) {
        test::Program program({"scanout", "--card", "vkms", "--mode", "640x480", "--frames", "1",
                               "--writeback", "--format", format, "--out", folder.path().string()});
        EXPECT_EQ(program.wait(), 0) << program.printed();
        EXPECT_THAT(program.printed(),
                    testing::HasSubstr("CPU writes, display shows: 307200 pixels, 0 different"));
    }
    EXPECT_EQ(uapi::unload_module_once("vkms"), 0);
}

} // namespace
} // namespace parallax
