// SPDX-License-Identifier: MIT
#include "files/picture_file.hpp"
#include "scanout/screen_camera.hpp"

#include "life_line.hpp"
#include "support/temporary_folder.hpp"

#include "parallax/text.hpp"

#include <gmock/gmock.h>
#include <sys/eventfd.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

namespace parallax::demo {
namespace {

using test::LifeLine;
using testing::HasSubstr;

/// True if a process has a child of that name.
bool has_child(pid_t pid, std::string_view name) {
    std::ifstream children(text::format("/proc/{0}/task/{0}/children", pid));
    for (pid_t child = 0; children >> child;) {
        std::ifstream file(text::format("/proc/{}/comm", child));
        if (std::string comm; file >> comm && comm == name) {
            return true;
        }
    }
    return false;
}

class Camera : public testing::Test {
protected:
    Camera() {
        std::filesystem::create_directory(temporary());
        ::setenv("TMPDIR", temporary().c_str(), 1);
    }
    ~Camera() override { ::unsetenv("TMPDIR"); }

    [[nodiscard]] static ScreenCamera camera(const std::string& command,
                                             const std::string& patience = "60000") {
        CLI::App app;
        ScreenCamera camera;
        camera.add_to(app);
        app.parse(std::vector<std::string>{patience, "--camera-patience", command, "--camera"});
        return camera;
    }

    static std::string failure_of(const ScreenCamera& camera, Interrupt interrupt) {
        try {
            static_cast<void>(camera.screenshot(interrupt));
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "no failure";
    }

    [[nodiscard]] bool left_nothing() const { return std::filesystem::is_empty(temporary()); }
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

private:
    [[nodiscard]] std::filesystem::path temporary() const {
        return folder() / "a folder's $(name)";
    }

    test::TemporaryFolder folder_;
};

TEST_F(Camera, ReadsThePictureThatItsCommandWrites) {
    const Picture picture(Extent{3, 2});
    save_png(picture, folder() / "seen.png");
    const auto seen =
        camera(text::format("cp {}", (folder() / "seen.png").string())).screenshot({});
    EXPECT_EQ(seen.extent(), picture.extent());
    EXPECT_TRUE(left_nothing());
}

TEST_F(Camera, EndsACommandThatTakesTooLong) {
    EXPECT_THAT(failure_of(camera("exec sleep 1000; :", "1"), {}),
                HasSubstr("has not ended within 1 ms (--camera-patience)"));
    EXPECT_TRUE(left_nothing());
}

TEST_F(Camera, EndsACommandThatNobodyWantsAnyMore) {
    LifeLine line;
    const UniqueFd unwanted(::eventfd(1, EFD_CLOEXEC));
    EXPECT_THAT(failure_of(camera("exec sleep 1000; :"), {.fd = unwanted.get()}),
                HasSubstr("interrupted"));
    EXPECT_TRUE(left_nothing());
    EXPECT_TRUE(line.ends());
}

TEST_F(Camera, LeavesNothingWhereItsProcessIsKilled) {
    LifeLine line;
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::setpgid(0, 0);
        static_cast<void>(
            camera(text::format("echo >{}; sleep 1000; :", line.in_shell())).screenshot({}));
        ::_exit(0);
    }
    ASSERT_TRUE(line.alive());
    while (!has_child(pid, "cleanup")) {
        ::usleep(1000);
    }
    ASSERT_EQ(::kill(-pid, SIGKILL), 0);
    ASSERT_EQ(::waitpid(pid, nullptr, 0), pid);
    EXPECT_TRUE(line.ends());
    EXPECT_TRUE(left_nothing());
}

} // namespace
} // namespace parallax::demo
