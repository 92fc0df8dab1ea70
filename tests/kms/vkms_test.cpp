// SPDX-License-Identifier: MIT
// The kernel's software display, VKMS, has no screen; it reports the checksum of every frame, or
// writes the frame back to memory, which may be a dma-buf of the exporter. Debian's kernels lack
// it, the debug kernel has it.
#include "parallax/dmabuf/exporter.hpp"
#include "parallax/error.hpp"
#include "parallax/image/drawn_buffer.hpp"
#include "parallax/kms/handles.hpp"
#include "parallax/kms/screen.hpp"

#include <drm_fourcc.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
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
        if (std::system("modprobe --dry-run --quiet vkms") != 0) {
            GTEST_SKIP() << "this kernel has no VKMS; the debug kernel has";
        }
        ASSERT_EQ(std::system("modprobe vkms"), 0);
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
            EXPECT_EQ(std::system("modprobe -r vkms"), 0);
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

    /// Has the display write the frame that it shows into @p target, and waits for that.
    void write_back(const kms::Framebuffer& target) {
        ASSERT_EQ(drmSetClientCap(card_->fd(), DRM_CLIENT_CAP_WRITEBACK_CONNECTORS, 1), 0);
        const std::uint32_t connector = writeback_connector();
        const kms::Properties properties(*card_, connector, DRM_MODE_OBJECT_CONNECTOR);
        std::int32_t fence = -1;
        const kms::AtomicPtr request(drmModeAtomicAlloc());
        for (const auto& [name, value] :
             {std::pair<const char*, std::uint64_t>{"CRTC_ID", output_.crtc},
              {"WRITEBACK_FB_ID", target.id()},
              {"WRITEBACK_OUT_FENCE_PTR", reinterpret_cast<std::uint64_t>(&fence)}}) {
            drmModeAtomicAddProperty(request.get(), connector, properties.id(name), value);
        }
        ASSERT_EQ(
            drmModeAtomicCommit(card_->fd(), request.get(), DRM_MODE_ATOMIC_ALLOW_MODESET, nullptr),
            0);
        const UniqueFd done(fence);
        pollfd waiting{.fd = done.get(), .events = POLLIN, .revents = 0};
        ASSERT_EQ(::poll(&waiting, 1, 60'000), 1) << "the frame was not written";
    }

private:
    [[nodiscard]] std::uint32_t writeback_connector() const {
        const kms::ResourcesPtr resources(drmModeGetResources(card_->fd()));
        for (int i = 0; resources && i < resources->count_connectors; ++i) {
            const kms::ConnectorPtr connector(
                drmModeGetConnector(card_->fd(), resources->connectors[i]));
            if (connector && connector->connector_type == DRM_MODE_CONNECTOR_WRITEBACK) {
                return connector->connector_id;
            }
        }
        throw std::runtime_error("vkms has no writeback connector");
    }

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

TEST_F(Vkms, WritesWhatItShowsBackIntoOurMemory) {
    DrawnBuffer drawn = ours();
    const DrawnBuffer target = ours();
    drawn.paint(picture(5));
    ASSERT_NE(target.cpu_view(), drawn.cpu_view());
    const kms::Framebuffer shown = framebuffer(drawn);
    const kms::Framebuffer written = framebuffer(target);
    screen().show(shown);
    write_back(written);
    EXPECT_EQ(target.cpu_view(), drawn.cpu_view());
}

} // namespace
} // namespace parallax
