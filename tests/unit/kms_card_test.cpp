// SPDX-License-Identifier: MIT
#include "parallax/kms/framebuffer.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <system_error>
#include <utility>

namespace parallax {
namespace {

TEST(KmsCard, IsNotMadeOfTheFdOfAnotherFile) {
    UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    try {
        const kms::Card card(std::move(null));
        FAIL() << "a card of the driver " << card.driver();
    } catch (const std::system_error& error) {
        EXPECT_EQ(error.code(), std::errc::inappropriate_io_control_operation) << error.what();
    }
}

} // namespace
} // namespace parallax
