// SPDX-License-Identifier: MIT
// The judge of what others show of the pattern: a display, by QEMU's screenshot, and weston, by its
// own; each with the mistakes that can be made there. Each is named, or is unknown; none is called
// by another name.
#include "files/picture_file.hpp"
#include "judge/mistakes.hpp"
#include "pattern/judge.hpp"
#include "support/display.hpp"
#include "support/kernel.hpp"
#include "support/temporary_folder.hpp"
#include "wayland/connection.hpp"
#include "wayland/dmabuf.hpp"
#include "wayland/output.hpp"
#include "wayland/screenshot.hpp"
#include "wayland/toplevel.hpp"

#include "parallax/dmabuf/exporter.hpp"
#include "parallax/dmabuf/mapping.hpp"
#include "parallax/image/drawn_buffer.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/kms/screen.hpp"
#include "parallax/text.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>

#include <cstdint>
#include <cstdlib>
#include <expected>
#include <memory>
#include <optional>
#include <regex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parallax {
namespace {

using demo::Pattern;
using test::Mistake;
using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::uint16_t frame = 7;

/// The judge's words on a picture: the cause, or the headline if there is none.
std::string said_of(const Picture& seen, const demo::Expectation& expectation) {
    const demo::Ruling ruling = judge(seen, expectation);
    return ruling.diagnosis ? ruling.diagnosis->sentence : ruling.headline();
}

/// Memory in which a mistake is made, and how it is shown.
struct Made {
    DmaBuf buffer;
    ImageLayout shown;
};

Made made(Exporter& exporter, const Pattern& pattern, const Mistake& mistake) {
    Made result{.buffer = exporter.allocate(2 * pattern.layout.size()), .shown = pattern.layout};
    const Mapping mapping = result.buffer.map();
    const CpuWrite access(mapping);
    mistake.make(pattern, access.bytes(), result.shown);
    return result;
}

demo::Expectation expected(const Pattern& pattern, const Mistake& mistake) {
    return {.layout = mistake.has_codes ? std::nullopt : std::optional(pattern.layout),
            .frame = frame};
}

bool says_nothing(const std::string& said) {
    return said.starts_with("unknown") || said.contains("no pattern was found");
}

/// Counts the mistakes that are named: each must be named or unknown, and nine of ten are named.
class Named {
public:
    void add(std::string_view mistake, const std::string& words, const std::string& said) {
        ++count_;
        if (std::regex_search(said, std::regex(words))) {
            return;
        }
        EXPECT_TRUE(says_nothing(said)) << mistake << ": " << said << "; expected " << words;
        unknown_.push_back(text::format("{}: {}", mistake, said));
    }

    ~Named() { EXPECT_LE(10 * unknown_.size(), count_) << testing::PrintToString(unknown_); }

private:
    std::size_t count_ = 0;
    std::vector<std::string> unknown_;
};

/// The first display, whose screen QEMU captures.
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
    }

    [[nodiscard]] Pattern pattern() const {
        return {.layout = packed_layout(output_.extent(), DRM_FORMAT_XRGB8888, 3072, 8192),
                .frame = frame};
    }

    [[nodiscard]] Picture screenshot(const Made& made) const {
        const auto framebuffer = kms::Framebuffer::create(*card_, made.buffer, made.shown);
        if (!framebuffer) {
            throw std::runtime_error(framebuffer.error().front());
        }
        kms::Screen screen(*card_, output_);
        screen.show(*framebuffer);
        const std::string file = (folder_.path() / "screen.png").string();
        EXPECT_EQ(std::system(("$PARALLAX_SCREEN_CAMERA " + file).c_str()), 0);
        return load_picture(file);
    }

private:
    std::optional<kms::Card> card_;
    kms::Output output_;
    test::TemporaryFolder folder_;
};

TEST_F(JudgedDisplay, NoMistakeIsCalledByAnotherName) {
    const auto exporter = *open_exporter("exporter");
    Named named;
    for (const Mistake& mistake : test::mistakes_on_any_screen()) {
        const Made wrong = made(*exporter, pattern(), mistake);
        named.add(mistake.name, mistake.said(pattern().layout, wrong.shown),
                  said_of(screenshot(wrong), expected(pattern(), mistake)));
    }
}

/// weston without a screen, which draws by OpenGL, and a window there that fills the output.
class JudgedCompositor : public testing::Test {
protected:
    void start(std::uint32_t scale = 1) {
        compositor_.emplace(folder_.path(),
                            test::Compositor::Options{.width = 640, .height = 400, .scale = scale});
        ::setenv("XDG_RUNTIME_DIR", folder_.path().c_str(), 1);
        connection_ = opened(demo::wayland::Connection::open(test::Compositor::socket));
        camera_ = opened(demo::wayland::find_screenshooter(*connection_));
        taker_ = opened(demo::wayland::DmabufTaker::open(*connection_));
        outputs_ = demo::wayland::find_outputs(*connection_);
    }

    [[nodiscard]] const demo::wayland::DmabufTaker& taker() const { return *taker_; }

    /// @param full the window has the output's scale, so that no pixel is enlarged.
    [[nodiscard]] Picture screenshot(const Made& made, bool full = true) const {
        const auto buffer = opened(taker_->take({&made.buffer, 1}, made.shown));
        const auto window = opened(demo::wayland::Toplevel::open(
            *connection_, {.title = "pattern",
                           .extent = made.shown.extent,
                           .full = full ? outputs_.front().get() : nullptr}));
        window->show(*buffer);
        if (!connection_->wait([&] { return window->may_draw(); },
                               demo::wayland::Connection::patience)) {
            throw std::runtime_error("weston does not show the picture");
        }
        Picture picture = opened(camera_->screenshot(*outputs_.front(), {}));
        for (int i = 0; i < 60; ++i) { // a new window may be faded in
            Picture next = opened(camera_->screenshot(*outputs_.front(), {}));
            if (next == picture) {
                break;
            }
            picture = std::move(next);
        }
        return picture;
    }

    std::unique_ptr<Exporter> exporter = open_exporter("exporter").value();

private:
    template <typename Object>
    static Object opened(std::expected<Object, Reasons> object) {
        if (!object) {
            throw std::runtime_error(object.error().front());
        }
        return *std::move(object);
    }

    test::TemporaryFolder folder_;
    std::optional<test::Compositor> compositor_;
    std::unique_ptr<demo::wayland::Connection> connection_;
    std::unique_ptr<demo::wayland::Screenshooter> camera_;
    std::unique_ptr<demo::wayland::DmabufTaker> taker_;
    std::vector<std::unique_ptr<demo::wayland::Output>> outputs_;
};

/// A pattern in memory with padded rows behind a page.
Pattern small_pattern() {
    return {.layout = packed_layout({.width = 320, .height = 120}, DRM_FORMAT_XRGB8888, 1536, 4096),
            .frame = frame};
}

TEST_F(JudgedCompositor, NoMistakeIsCalledByAnotherName) {
    start();
    Named named;
    for (const Mistake& mistake : test::mistakes_on_any_screen()) {
        const Made wrong = made(*exporter, small_pattern(), mistake);
        const std::string words = mistake.said(small_pattern().layout, wrong.shown);
        const Picture seen = screenshot(wrong);
        std::string said = said_of(seen, expected(small_pattern(), mistake));
        if (says_nothing(said) && !std::regex_search(said, std::regex(words))) {
            // As the judge then advises.
            said = said_of(seen, {.layout = small_pattern().layout,
                                  .frame = frame,
                                  .at = demo::Origin{.x = 160, .y = 140, .scale = 1}});
        }
        named.add(mistake.name, words, said);
    }
}

TEST_F(JudgedCompositor, EveryFormatIsTheSame) {
    start();
    for (const std::uint32_t fourcc : rgb_fourccs()) {
        if (taker().modifiers_of(fourcc).empty()) {
            continue;
        }
        const Pattern pattern{.layout = portable_layout(small_pattern().layout.extent, fourcc),
                              .frame = frame};
        const Made right = made(*exporter, pattern, test::mistakes_on_any_screen().front());
        EXPECT_THAT(said_of(screenshot(right), {}), HasSubstr("same picture"))
            << format_of(fourcc).name;
    }
}

TEST_F(JudgedCompositor, EnlargedByTheCompositor) {
    start(2);
    const Made right = made(*exporter, small_pattern(), test::mistakes_on_any_screen().front());
    EXPECT_THAT(said_of(screenshot(right, false), {}), HasSubstr("scaled by 2"));
}

/// Samples, and those that are read.
struct Samples {
    std::uint32_t written;
    YcbcrEncoding encoding;
    YcbcrRange range;
    std::uint32_t shown;
    const char* words; ///< that may be said, besides that it is unknown
};

TEST_F(JudgedCompositor, NoMistakeOfLumaAndChromaIsCalledByAnotherName) {
    start();
    constexpr auto bt601 = YcbcrEncoding::bt601;
    constexpr auto bt709 = YcbcrEncoding::bt709;
    constexpr auto limited = YcbcrRange::limited;
    constexpr auto full = YcbcrRange::full;
    int shown = 0;
    for (const Samples& samples :
         {Samples{DRM_FORMAT_NV12, bt601, limited, DRM_FORMAT_NV12, "YCbCr by BT.601"},
          Samples{DRM_FORMAT_NV12, bt709, limited, DRM_FORMAT_NV12, "YCbCr by BT.709"},
          Samples{DRM_FORMAT_NV12, bt601, full, DRM_FORMAT_NV12, "full range was read as limited"},
          Samples{DRM_FORMAT_NV12, bt709, full, DRM_FORMAT_NV12, "full range was read as limited"},
          Samples{DRM_FORMAT_NV21, bt601, limited, DRM_FORMAT_NV12, "exchanged"},
          Samples{DRM_FORMAT_YUV444, bt601, limited, DRM_FORMAT_YUV444, "YCbCr by BT.601"},
          Samples{DRM_FORMAT_YUV444, bt709, limited, DRM_FORMAT_YUV444, "YCbCr by BT.709"},
          Samples{DRM_FORMAT_YUV444, bt601, full, DRM_FORMAT_YUV444,
                  "full range was read as limited"},
          Samples{DRM_FORMAT_UYVY, bt601, limited, DRM_FORMAT_YUYV, "exchanged"}}) {
        if (taker().modifiers_of(samples.shown).empty()) {
            continue;
        }
        ++shown;
        ImageLayout layout = portable_layout(small_pattern().layout.extent, samples.written);
        layout.encoding = samples.encoding;
        layout.range = samples.range;
        DrawnBuffer drawn(*exporter, layout);
        drawn.paint(draw_pattern(small_pattern()));
        layout.fourcc = samples.shown;
        const std::string said =
            said_of(screenshot({.buffer = DmaBuf(drawn.buffer().duplicate()), .shown = layout}),
                    {.layout = small_pattern().layout,
                     .frame = frame,
                     .at = demo::Origin{.x = 160, .y = 140, .scale = 1}});
        EXPECT_THAT(
            said, AnyOf(StartsWith("unknown"), HasSubstr("same picture"), HasSubstr(samples.words)))
            << format_of(samples.written).name << " " << static_cast<int>(samples.encoding) << " "
            << static_cast<int>(samples.range);
    }
    EXPECT_GT(shown, 0);
}

} // namespace
} // namespace parallax
