// SPDX-License-Identifier: MIT
#pragma once

#include "process/temporary_folder.hpp"

namespace parallax::test {

using demo::TemporaryFolder;

} // namespace parallax::test
