// SPDX-License-Identifier: MIT
// Viewers that read, refuse, fail, hang or crash: their pictures and their reasons are returned.
#include "parallax/image/pixels.hpp"
#include "process/stop_signal.hpp"
#include "viewers/read_once.hpp"
#include "viewers/viewer_process.hpp"

#include "support/temporary_folder.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <vector>

namespace parallax::demo {
namespace {

using testing::Each;
using testing::HasSubstr;

const ImageLayout layout{.extent = {.width = 8, .height = 4},
                         .fourcc = rgb_fourccs().front(),
                         .planes = {{{.offset = 64, .stride = 64}}}};

/// A file stands for the dma-buf: no viewer here reads it.
DmaBuf memory() {
    UniqueFd fd(::memfd_create("viewer-test", MFD_CLOEXEC));
    EXPECT_EQ(::ftruncate(fd.get(), 4096), 0);
    return DmaBuf(std::move(fd));
}

/// A viewer whose behaviour the test chooses.
class Obedient : public Viewer {
public:
    std::expected<void, Reasons> show(std::vector<DmaBuf> /*buffers*/,
                                      const ImageLayout& /*layout*/) override {
        return {};
    }
    std::expected<void, Reasons> read(std::span<std::byte> rows) override {
        std::ranges::fill(rows, std::byte{7});
        return {};
    }
};

struct Refuses : Obedient {
    std::expected<void, Reasons> show(std::vector<DmaBuf> /*buffers*/,
                                      const ImageLayout& /*layout*/) override {
        return std::unexpected(Reasons{"it is too dark", "and too late"});
    }
};

struct FailsTwice : Obedient {
    std::expected<void, Reasons> read(std::span<std::byte> rows) override {
        ++reads;
        if (reads == 1) {
            return std::unexpected(Reasons{"a blink"});
        }
        if (reads == 2) {
            throw std::runtime_error("a grain of sand");
        }
        return Obedient::read(rows);
    }
    int reads = 0;
};

struct Dies : Obedient {
    std::expected<void, Reasons> read(std::span<std::byte> /*rows*/) override { ::_exit(3); }
};

/// Creates a file in its destructor.
struct TidiesUp : Obedient {
    static std::filesystem::path note;
    TidiesUp() = default;
    ~TidiesUp() override { std::ofstream(note) << "tidy"; }
};
std::filesystem::path TidiesUp::note;

template <typename Kind>
constexpr ViewerKind kind{.name = "test",
                          .title = "Test",
                          .sentence = "CPU writes, the test reads",
                          .sight = Sight::memory,
                          .sees_alpha = true,
                          .not_live = "",
                          .open = [](const ViewerOptions&, Interrupt) -> std::unique_ptr<Viewer> {
                              return std::make_unique<Kind>();
                          }};

/// Requests pictures until one is read, there is trouble, or the time is over.
std::optional<std::uint64_t> ask(ViewerProcess& viewer, std::uint64_t version) {
    const std::string before = viewer.trouble();
    for (int i = 0; i < 5000; ++i) {
        viewer.ask(version);
        if (const auto answered = viewer.answer()) {
            return answered;
        }
        if (viewer.trouble() != before) {
            return std::nullopt;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    ADD_FAILURE() << "no answer";
    return std::nullopt;
}

TEST(ViewerProcess, WhatItReadsComesBackWithTheTurnThatItWasAskedWith) {
    ViewerProcess viewer(kind<Obedient>, {});
    EXPECT_FALSE(viewer.sees());
    viewer.show(std::array{memory()}, layout);
    EXPECT_EQ(ask(viewer, 41), 41U);
    EXPECT_TRUE(viewer.sees());
    EXPECT_EQ(viewer.rows().size(), layout.size() - layout.planes[0].offset);
    EXPECT_THAT(viewer.rows(), Each(std::byte{7}));
    EXPECT_EQ(ask(viewer, 42), 42U);
}

struct Slow : Obedient {
    std::expected<void, Reasons> read(std::span<std::byte> /*rows*/) override {
        ::pause(); // for ever, but for signals
        return {};
    }
};

TEST(ViewerProcess, OneThatHangsIsEndedInTime) {
    const StopSignal stop;
    ViewerProcess viewer(kind<Slow>, {});
    viewer.show(std::array{memory()}, layout);
    const auto seen = read_once(viewer, layout, stop, 1, std::chrono::milliseconds(20));
    ASSERT_FALSE(seen);
    EXPECT_THAT(seen.error(), HasSubstr("no picture within 20ms and was ended"));
    EXPECT_TRUE(viewer.failed());
    EXPECT_FALSE(viewer.alive());
}

TEST(ViewerProcess, PlanesInSeveralDmaBufsReachTheViewer) {
    struct Counts : Obedient {
        std::expected<void, Reasons> show(std::vector<DmaBuf> buffers,
                                          const ImageLayout& /*layout*/) override {
            count = buffers.size();
            return {};
        }
        std::expected<void, Reasons> read(std::span<std::byte> rows) override {
            std::ranges::fill(rows, static_cast<std::byte>(count));
            return {};
        }
        std::size_t count = 0;
    };
    const ImageLayout planes = portable_layout({.width = 64, .height = 32}, DRM_FORMAT_YUV420,
                                               PlanePlacement::buffer_each);
    ViewerProcess viewer(kind<Counts>, {});
    viewer.show(std::array{memory(), memory(), memory()}, planes);
    EXPECT_EQ(ask(viewer, 1), 1U);
    EXPECT_EQ(viewer.rows().size(), rows_layout(Sight::memory, planes).size());
    EXPECT_THAT(viewer.rows(), Each(std::byte{3}));
}

TEST(RowsLayout, HasPlanesBehindEachOtherOrAPicture) {
    const ImageLayout planes =
        portable_layout({.width = 64, .height = 32}, DRM_FORMAT_NV12, PlanePlacement::buffer_each);
    const ImageLayout memory = rows_layout(Sight::memory, planes);
    EXPECT_TRUE(memory.in_one_buffer());
    EXPECT_EQ(memory.planes[0], (PlaneLayout{.offset = 0, .stride = 256}));
    EXPECT_EQ(memory.planes[1], (PlaneLayout{.offset = planes.end_of(0), .stride = 256}));
    EXPECT_EQ(fault_of(memory, std::array{memory.size()}), "");
    const ImageLayout picture = rows_layout(Sight::converted, planes);
    EXPECT_EQ(picture.fourcc, DRM_FORMAT_ABGR8888);
    EXPECT_EQ(picture.size(), 64U * 32 * 4);
    EXPECT_EQ(rows_layout(Sight::converted, layout).fourcc, layout.fourcc);
}

TEST(ViewerProcess, AskingDoesNotWaitForTheAnswer) {
    ViewerProcess viewer(kind<Slow>, {});
    viewer.show(std::array{memory()}, layout);
    viewer.ask(1);
    EXPECT_EQ(viewer.answer(), std::nullopt);
    viewer.kill(); // or its end would be waited for
}

TEST(ViewerProcess, MemoryThatItRefusesIsSaidOnceAndOtherMemoryMayBeRead) {
    ViewerProcess viewer(kind<Refuses>, {});
    viewer.show(std::array{memory()}, layout);
    EXPECT_EQ(ask(viewer, 1), std::nullopt);
    EXPECT_EQ(viewer.trouble(), "it is too dark; and too late");
    EXPECT_FALSE(viewer.failed());
    EXPECT_FALSE(viewer.sees());
    EXPECT_TRUE(viewer.alive());
}

TEST(ViewerProcess, AReadThatFailsIsTriedAgain) {
    ViewerProcess viewer(kind<FailsTwice>, {});
    viewer.show(std::array{memory()}, layout);
    EXPECT_EQ(ask(viewer, 1), std::nullopt);
    EXPECT_EQ(viewer.trouble(), "a blink");
    EXPECT_FALSE(viewer.failed());
    EXPECT_EQ(ask(viewer, 2), std::nullopt);
    EXPECT_EQ(viewer.trouble(), "a grain of sand");
    EXPECT_TRUE(viewer.failed());
    EXPECT_EQ(ask(viewer, 3), 3U);
    EXPECT_EQ(viewer.trouble(), "");
    EXPECT_TRUE(viewer.sees());
}

TEST(ViewerProcess, ItsEndIsSaidAndNothingIsReadAnyMore) {
    ViewerProcess viewer(kind<Dies>, {});
    viewer.show(std::array{memory()}, layout);
    EXPECT_EQ(ask(viewer, 1), std::nullopt);
    EXPECT_THAT(viewer.trouble(), HasSubstr("ended with status 3"));
    EXPECT_FALSE(viewer.alive());
    EXPECT_TRUE(viewer.failed());
    EXPECT_FALSE(viewer.sees());
    viewer.ask(2); // of no effect
    EXPECT_EQ(viewer.answer(), std::nullopt);
}

TEST(ViewerProcess, WhatItWasKilledByIsSaid) {
    ViewerProcess viewer(kind<Obedient>, {});
    viewer.show(std::array{memory()}, layout);
    EXPECT_EQ(ask(viewer, 1), 1U);
    viewer.kill();
    EXPECT_EQ(ask(viewer, 2), std::nullopt);
    EXPECT_THAT(viewer.trouble(), HasSubstr("was ended by signal 9"));
    EXPECT_FALSE(viewer.sees());
}

TEST(ViewerProcess, AnswersOfMemoryThatIsGoneAreNotTakenForOnesOfTheNew) {
    ViewerProcess viewer(kind<Obedient>, {});
    viewer.show(std::array{memory()}, layout);
    viewer.ask(1);
    viewer.show(std::array{memory()}, layout);
    EXPECT_EQ(ask(viewer, 2), 2U);
}

TEST(ViewerProcess, ItsViewerPutsEverythingBackBeforeItIsGone) {
    const test::TemporaryFolder folder;
    TidiesUp::note = folder.path() / "note";
    {
        ViewerProcess viewer(kind<TidiesUp>, {});
        viewer.show(std::array{memory()}, layout);
        EXPECT_EQ(ask(viewer, 1), 1U);
        EXPECT_FALSE(std::filesystem::exists(TidiesUp::note));
    }
    EXPECT_TRUE(std::filesystem::exists(TidiesUp::note));
}

} // namespace
} // namespace parallax::demo
