// SPDX-License-Identifier: MIT
// One picture from every side: CPU, GPU, a display, another process and a device, in one run and
// one verdict.
#include "../kernel.hpp"
#include "../program.hpp"
#include "../unit/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <cstdlib>

namespace parallax {
namespace {

using test::Program;
using testing::HasSubstr;
using testing::Not;

class Views : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_EQ(std::system("modprobe bochs"), 0);
        test::load_importer();
    }

    [[nodiscard]] Program render(const std::string& views) const {
        return Program({"render", "--validate", "--size", "640x480", "--views", views, "--out",
                        folder_.path().string()});
    }

private:
    test::TemporaryFolder folder_;
};

TEST_F(Views, AllThatThisMachineHasAgree) {
    Program program = render("cpu,gpu,display,process,device");
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("same memory: 0 of "));
    EXPECT_THAT(program.printed(), HasSubstr("another process's GPU reads: 307200 pixels, 0"));
    EXPECT_THAT(program.printed(), HasSubstr("a device reads by DMA: 307200 pixels, 0"));
    if (test::display_imports()) {
        EXPECT_THAT(program.printed(), HasSubstr("display shows: 307200 pixels, 0"));
        EXPECT_THAT(program.printed(), Not(HasSubstr("not seen")));
    } else {
        EXPECT_THAT(program.printed(),
                    HasSubstr("not seen   display: bochs-drm does not import a dma-buf"));
    }
}

TEST_F(Views, DisplayWithoutACameraIsNotSeen) {
    ::unsetenv("PARALLAX_SCREEN_CAMERA");
    Program program = render("cpu,gpu,display");
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_THAT(program.printed(), HasSubstr("not seen   display: there is no camera"));
}

TEST_F(Views, UnknownViewIsBadUsage) {
    Program program = render("cpu,third-eye");
    EXPECT_EQ(program.wait(), 2);
    EXPECT_THAT(program.printed(), HasSubstr("third-eye"));
}

} // namespace
} // namespace parallax
