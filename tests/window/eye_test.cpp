// SPDX-License-Identifier: MIT
// An eye with lookers of all characters: what they see comes back, and so does what ails them.
#include "window/eye.hpp"

#include "../unit/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace parallax::demo {
namespace {

using testing::Each;
using testing::HasSubstr;

const ImageLayout layout{.extent = {.width = 8, .height = 4},
                         .format = &pixel_formats().front(),
                         .offset = 64,
                         .stride = 64};

/// A file stands for the dma-buf: no looker here looks into it.
DmaBuf memory() {
    UniqueFd fd(::memfd_create("eye-test", MFD_CLOEXEC));
    EXPECT_EQ(::ftruncate(fd.get(), 4096), 0);
    return DmaBuf(std::move(fd));
}

/// Does as the test says.
class Obedient : public Looker {
public:
    std::expected<void, Reasons> take(DmaBuf /*buffer*/, const ImageLayout& /*layout*/) override {
        return {};
    }
    std::expected<void, Reasons> look(std::span<std::byte> rows) override {
        std::ranges::fill(rows, std::byte{7});
        return {};
    }
};

struct Refuses : Obedient {
    std::expected<void, Reasons> take(DmaBuf /*buffer*/, const ImageLayout& /*layout*/) override {
        return std::unexpected(Reasons{"it is too dark", "and too late"});
    }
};

struct FailsTwice : Obedient {
    std::expected<void, Reasons> look(std::span<std::byte> rows) override {
        ++looks;
        if (looks == 1) {
            return std::unexpected(Reasons{"a blink"});
        }
        if (looks == 2) {
            throw std::runtime_error("a grain of sand");
        }
        return Obedient::look(rows);
    }
    int looks = 0;
};

struct Dies : Obedient {
    std::expected<void, Reasons> look(std::span<std::byte> /*rows*/) override { ::_exit(3); }
};

/// Leaves a file behind when it puts everything back.
struct TidiesUp : Obedient {
    static std::filesystem::path note;
    TidiesUp() = default;
    ~TidiesUp() override { std::ofstream(note) << "tidy"; }
};
std::filesystem::path TidiesUp::note;

template <typename Kind>
constexpr EyeKind kind{.name = "test",
                       .title = "Test",
                       .panel = Shows::process_view,
                       .sees_alpha = true,
                       .make = [](const EyeOptions&, int) -> std::unique_ptr<Looker> {
                           return std::make_unique<Kind>();
                       }};

/// Asks until something is seen, or said, or the patience ends.
std::optional<std::uint64_t> ask(Eye& eye, std::uint64_t turn) {
    const std::string before = eye.trouble();
    for (int i = 0; i < 5000; ++i) {
        eye.look(turn);
        if (const auto seen = eye.seen()) {
            return seen;
        }
        if (eye.trouble() != before) {
            return std::nullopt;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    ADD_FAILURE() << "no answer";
    return std::nullopt;
}

TEST(Eye, WhatItSeesComesBackWithTheTurnThatItWasAskedWith) {
    Eye eye(kind<Obedient>, {});
    EXPECT_FALSE(eye.sees());
    eye.show(memory(), layout);
    EXPECT_EQ(ask(eye, 41), 41U);
    EXPECT_TRUE(eye.sees());
    EXPECT_EQ(eye.rows().size(), layout.size() - layout.offset);
    EXPECT_THAT(eye.rows(), Each(std::byte{7}));
    EXPECT_EQ(ask(eye, 42), 42U);
}

TEST(Eye, AskingDoesNotWaitForTheAnswer) {
    struct Slow : Obedient {
        std::expected<void, Reasons> look(std::span<std::byte> /*rows*/) override {
            ::pause(); // for ever, but for signals
            return {};
        }
    };
    Eye eye(kind<Slow>, {});
    eye.show(memory(), layout);
    eye.look(1);
    EXPECT_EQ(eye.seen(), std::nullopt);
    eye.kill(); // or its end would be waited for
}

TEST(Eye, MemoryThatItRefusesIsSaidOnceAndOtherMemoryMayBeSeen) {
    Eye eye(kind<Refuses>, {});
    eye.show(memory(), layout);
    EXPECT_EQ(ask(eye, 1), std::nullopt);
    EXPECT_EQ(eye.trouble(), "it is too dark");
    EXPECT_FALSE(eye.sees());
    EXPECT_TRUE(eye.alive());
}

TEST(Eye, ALookThatFailsIsTriedAgain) {
    Eye eye(kind<FailsTwice>, {});
    eye.show(memory(), layout);
    EXPECT_EQ(ask(eye, 1), std::nullopt);
    EXPECT_EQ(eye.trouble(), "a blink");
    EXPECT_EQ(ask(eye, 2), std::nullopt);
    EXPECT_EQ(eye.trouble(), "a grain of sand");
    EXPECT_EQ(ask(eye, 3), 3U);
    EXPECT_EQ(eye.trouble(), "");
    EXPECT_TRUE(eye.sees());
}

TEST(Eye, ItsEndIsSaidAndNothingIsSeenAnyMore) {
    Eye eye(kind<Dies>, {});
    eye.show(memory(), layout);
    EXPECT_EQ(ask(eye, 1), std::nullopt);
    EXPECT_THAT(eye.trouble(), HasSubstr("ended with status 3"));
    EXPECT_FALSE(eye.alive());
    EXPECT_FALSE(eye.sees());
    eye.look(2); // of no effect
    EXPECT_EQ(eye.seen(), std::nullopt);
}

TEST(Eye, WhatItWasKilledByIsSaid) {
    Eye eye(kind<Obedient>, {});
    eye.show(memory(), layout);
    EXPECT_EQ(ask(eye, 1), 1U);
    eye.kill();
    EXPECT_EQ(ask(eye, 2), std::nullopt);
    EXPECT_THAT(eye.trouble(), HasSubstr("was ended by signal 9"));
    EXPECT_FALSE(eye.sees());
}

TEST(Eye, AnswersOfMemoryThatIsGoneAreNotTakenForOnesOfTheNew) {
    Eye eye(kind<Obedient>, {});
    eye.show(memory(), layout);
    eye.look(1);
    eye.show(memory(), layout);
    EXPECT_EQ(ask(eye, 2), 2U);
}

TEST(Eye, ItsLookerPutsEverythingBackBeforeItIsGone) {
    const test::TemporaryFolder folder;
    TidiesUp::note = folder.path() / "note";
    {
        Eye eye(kind<TidiesUp>, {});
        eye.show(memory(), layout);
        EXPECT_EQ(ask(eye, 1), 1U);
        EXPECT_FALSE(std::filesystem::exists(TidiesUp::note));
    }
    EXPECT_TRUE(std::filesystem::exists(TidiesUp::note));
}

} // namespace
} // namespace parallax::demo
