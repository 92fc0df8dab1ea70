// SPDX-License-Identifier: MIT
// Buffers that another program has made, and the list of exporters.
#include "contract/sources.hpp"
#include "exporters/exporters.hpp"
#include "parallax/dmabuf/exporter.hpp"
#include "parallax/dmabuf/mapping.hpp"
#include "parallax/dmabuf/page_size.hpp"
#include "parallax/image/drawn_buffer.hpp"
#include "parallax/kms/framebuffer.hpp"
#include "support/program.hpp"
#include "support/temporary_folder.hpp"
#include "support/vgem.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

namespace parallax {
namespace {

using test::Program;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr int equal = 0;
constexpr int unsupported = 3;
constexpr int failed = 4;

class GivenBuffer : public testing::Test {
protected:
    [[nodiscard]] std::string out() const { return folder_.path().string(); }

    /// A dma-buf of so many bytes under the number 9, which a program inherits.
    void pass(std::uint64_t size) {
        buffer_.emplace((*open_exporter("exporter"))->allocate(size));
        ASSERT_EQ(::dup2(buffer_->fd(), 9), 9);
    }
    void TearDown() override { ::close(9); }

    [[nodiscard]] const DmaBuf& buffer() const { return *buffer_; }

private:
    test::TemporaryFolder folder_;
    std::optional<DmaBuf> buffer_;
};

TEST_F(GivenBuffer, IsTheOneThatTheProgramUses) {
    pass(1 << 20);
    Program render({"render", "--exporter", "fd:9", "--size", "90x61", "--out", out()});
    EXPECT_EQ(render.wait(), equal) << render.printed();
    EXPECT_THAT(render.printed(), HasSubstr("in a buffer of 1048576"));
    const Mapping mapping = buffer().map();
    const CpuRead access(mapping); // the program has written into it
    EXPECT_FALSE(std::ranges::all_of(access.bytes(), [](std::byte b) { return b == std::byte{}; }));
}

TEST_F(GivenBuffer, MayBeTooSmall) {
    pass(page_size());
    Program render({"render", "--exporter", "fd:9", "--size", "90x61", "--out", out()});
    EXPECT_EQ(render.wait(), failed) << render.printed();
    EXPECT_THAT(render.printed(), HasSubstr("the dma-buf of fd 9 holds " +
                                            std::to_string(page_size()) + " bytes, and"));
}

TEST_F(GivenBuffer, HasNoDecoyAndNoSecondBuffer) {
    pass(1 << 20);
    Program render({"render", "--exporter", "fd:9", "--decoy", "--size", "90x61", "--out", out()});
    EXPECT_EQ(render.wait(), unsupported) << render.printed();
    EXPECT_THAT(render.printed(), HasSubstr("gives the same memory each time"));
    Program share({"share", "--exporter", "fd:9", "--size", "90x61", "--socket", out() + "/s"});
    EXPECT_EQ(share.wait(), unsupported) << share.printed();
    EXPECT_THAT(share.printed(), HasSubstr("use --buffers 1"));
}

TEST_F(GivenBuffer, HoldsNoPlaneInADmaBufOfItsOwn) {
    pass(1 << 20);
    Program render({"render", "--exporter", "fd:9", "--format", "NV12", "--planes", "each",
                    "--size", "90x60", "--out", out()});
    EXPECT_EQ(render.wait(), failed) << render.printed();
    EXPECT_THAT(render.printed(), HasSubstr("planes cannot lie in dma-bufs of their own"));
    const std::string socket = out() + "/socket";
    Program share({"share", "--exporter", "exporter", "--format", "NV12", "--planes", "each",
                   "--size", "90x60", "--socket", socket});
    ASSERT_TRUE(share.prints("sharing 2 buffers"));
    Program other({"render", "--exporter", "socket:" + socket, "--format", "NV12", "--size",
                   "90x60", "--out", out()});
    EXPECT_EQ(other.wait(), unsupported) << other.printed();
    EXPECT_THAT(other.printed(), HasSubstr("share without --planes each"));
}

TEST_F(GivenBuffer, ComesFromAProgramThatShares) {
    const std::string socket = out() + "/socket";
    Program share({"share", "--exporter", "exporter", "--size", "90x61", "--socket", socket,
                   "--patience", "600000"});
    ASSERT_TRUE(share.prints("sharing 2 buffers"));
    Program other({"render", "--exporter", "socket:" + socket, "--size", "90x60", "--out", out()});
    EXPECT_EQ(other.wait(), unsupported) << other.printed();
    EXPECT_THAT(other.printed(), HasSubstr("is 90x61 XRGB8888, not 90x60 XRGB8888"));
    Program render({"render", "--exporter", "socket:" + socket, "--size", "90x61", "--out", out()});
    EXPECT_EQ(render.wait(), equal) << render.printed();
}

TEST(Exporters, AreListedWithWhatTheyCan) {
    test::load_vgem();
    Program probe({"probe"});
    EXPECT_EQ(probe.wait(), equal);
    EXPECT_THAT(probe.printed(), ContainsRegex("vgem +yes +yes +fences"));
    EXPECT_THAT(probe.printed(), ContainsRegex("exporter +/dev/exporter +yes +yes +caches"));
    EXPECT_THAT(probe.printed(), ContainsRegex("fd +no"));
    EXPECT_THAT(probe.printed(), Not(HasSubstr("MESA-LOADER"))); // of GBM on vgem's card
}

TEST(Display, CanBeSetByOthersWhileItsMemoryIsExported) {
    for (const test::Source& source : test::sources()) {
        if (source.name != "dumb" && source.name != "gbm_of_bochs") {
            continue;
        }
        const std::string name = source.exporter();
        const auto exporter = open_any_exporter(name);
        ASSERT_TRUE(exporter) << exporter.error().front();
        const auto memory =
            allocate_picture(**exporter, {.extent = {90, 61}, .fourcc = DRM_FORMAT_XRGB8888});
        ASSERT_TRUE(memory) << memory.error().front();
        const auto card = kms::Card::open(name.substr(name.find(':') + 1));
        ASSERT_TRUE(card) << card.error().front();
        EXPECT_TRUE(card->is_master()) << name;
    }
}

} // namespace
} // namespace parallax
