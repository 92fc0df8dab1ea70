// SPDX-License-Identifier: MIT
#include "process/temporary_folder.hpp"

#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <system_error>

namespace parallax::demo {

TemporaryFolder::TemporaryFolder() {
    std::error_code error;
    const std::filesystem::path parent = std::filesystem::temp_directory_path(error);
    if (error) {
        throw std::system_error(error, "TMPDIR names no folder that can be used");
    }
    std::string name = (parent / "parallax-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw_errno(text::format("cannot make a folder in {} (TMPDIR)", parent.string()));
    }
    path_ = name;
}

void TemporaryFolder::remove_after(const ChildProcess& user) const noexcept {
    user.send(SIGKILL);
    constexpr int time_to_die = 2000; // ms
    pollfd end{.fd = user.handle(), .events = POLLIN, .revents = 0};
    ::poll(&end, 1, time_to_die); // it may still create a file
    ::execl("/bin/rm", "rm", "-rf", "--", path_.c_str(), nullptr);
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

} // namespace parallax::demo
