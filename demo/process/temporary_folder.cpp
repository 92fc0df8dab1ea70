// SPDX-License-Identifier: MIT
#include "process/temporary_folder.hpp"

#include "parallax/error.hpp"

#include <cstdlib>
#include <string>

namespace parallax::demo {

TemporaryFolder::TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "parallax-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw_errno("cannot make a temporary folder");
    }
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

} // namespace parallax::demo
