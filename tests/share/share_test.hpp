// SPDX-License-Identifier: MIT
#pragma once

#include "support/program.hpp"
#include "support/temporary_folder.hpp"

#include "parallax/ipc/frame_message.hpp"
#include "parallax/ipc/unix_socket.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace parallax {

using test::Program;

/// `parallax share` and `parallax view` at a socket of the test's own.
class ShareTest : public testing::Test {
protected:
    [[nodiscard]] std::string socket() const { return (folder_.path() / "socket").string(); }
    [[nodiscard]] std::string out() const { return (folder_.path() / "out").string(); }

    [[nodiscard]] Program share(std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments{"share", "--socket", socket()};
        if (!std::ranges::contains(more, "--size")) {
            arguments.insert(arguments.end(), {"--size", "241x67"});
        }
        arguments.insert(arguments.end(), more.begin(), more.end());
        return Program(std::move(arguments));
    }

    [[nodiscard]] Program view(std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments{"view", "--socket",   socket(), "--out",
                                           out(),  "--validate", "--wait", "60000"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return Program(std::move(arguments));
    }

    /// Connects as a viewer of the test's own.
    [[nodiscard]] UnixSocket connect() const { return UnixSocket::connect(socket()); }

private:
    test::TemporaryFolder folder_;
};

inline UnixSocket say_hello(UnixSocket socket) {
    EXPECT_TRUE(socket.send(message::encode(message::Hello{})));
    return socket;
}

} // namespace parallax
