@echo off
rem Set Darkroom up (once) and open it. Words after it go to the command line.
setlocal
set "here=%~dp0"
set "python="
if defined DARKROOM_PYTHON set "python=%DARKROOM_PYTHON%"
for %%v in (3.12 3.13 3.11) do (
    if not defined python py -%%v -c "pass" >nul 2>&1 && set "python=py -%%v"
)
if not defined python python -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))" >nul 2>&1 && set "python=python"
if not defined python (
    echo Darkroom needs Python 3.11, 3.12 or 3.13 and found none: install one from python.org. 1>&2
    exit /b 2
)
%python% "%here%bootstrap.py" run %*
exit /b %errorlevel%
