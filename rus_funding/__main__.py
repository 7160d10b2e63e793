"""`python -m rus_funding` is the console script."""

from rus_funding.cli import main

if __name__ == "__main__":
    main()
